/** With a capital at the start. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Requests, each with a capital at the start. */
export const capitals = (asks: readonly string[]): readonly string[] => asks.map(capital);
