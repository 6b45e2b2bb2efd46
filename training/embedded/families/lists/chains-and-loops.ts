/** Requests with | between them, a body with methods of lists, a body with a loop. */
export type ChainsAndLoops = readonly (readonly [asks: string, chain: string, loop: string])[];
