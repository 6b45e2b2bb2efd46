/** Names for one number. */
export const countArgs = [['n'], ['count'], ['number'], ['amount'], ['value']];
