/** Words with a property, as in "words that …", and the condition on `word`. */
export function wordFilter(which: string, k: number, c: string): readonly [string, string] {
  const table: Readonly<Record<string, readonly [string, string]>> = {
    longer: [`words with more than ${k} letters`, `word.length > ${k}`],
    shorter: [`words with fewer than ${k} letters`, `word.length < ${k}`],
    exactly: [`words with exactly ${k} letters`, `word.length === ${k}`],
    least: [`words with at least ${k} letters`, `word.length >= ${k}`],
    most: [`words with at most ${k} letters`, `word.length <= ${k}`],
    even: ['words of even length', 'word.length % 2 === 0'],
    odd: ['words of odd length', 'word.length % 2 === 1'],
    starts: [`words that start with '${c}'`, `word.startsWith('${c}')`],
    ends: [`words that end with '${c}'`, `word.endsWith('${c}')`],
    contains: [`words that contain '${c}'`, `word.includes('${c}')`],
    without: [`words without '${c}'`, `!word.includes('${c}')`],
    notStarts: [`words that do not start with '${c}'`, `!word.startsWith('${c}')`],
    capital: ['words that start with a capital', '/^[A-Z]/.test(word)'],
    small: ['words in lower case', 'word === word.toLowerCase()'],
    vowel: ['words that end with a vowel', "'aeiou'.includes(word.at(-1))"],
    double: ['words with two equal letters in a row', '/(.)\\1/.test(word)'],
    either: [`words that start or end with '${c}'`, `word.startsWith('${c}') || word.endsWith('${c}')`],
    middle: [`words with '${c}' as second letter`, `word[1] === '${c}'`],
  };
  return table[which]!;
}

/** The properties to draw from. */
export const wordFilters = (
  'longer shorter exactly least most even odd starts ends contains without notStarts capital small vowel double ' +
  'either middle'
).split(' ');
