/** Whether a number is the id of a token: an index into the vocabulary of V tokens. */
export function isToken(id: number, vocabSize: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < vocabSize;
}
