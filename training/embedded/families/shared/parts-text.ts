/** The body with the drawn name for a number. */
export const withNumberName = (v: string, body: string): string => body.replace(/\bn\b/g, v);

/** A request for a change with its object in place. */
export const withObject = (verb: string, object: string): string => verb.replace('_', object);
