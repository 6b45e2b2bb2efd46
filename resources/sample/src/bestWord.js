export function bestWord(tags) {
  return tags.reduce((best, word) => (word.length > best.length ? word : best));
}
