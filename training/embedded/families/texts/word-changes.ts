/** What is done to each word: the verb before "each", and the expression. */
export function wordChange(which: string, k: number, c: string): readonly [string, string] {
  const table: Readonly<Record<string, readonly [string, string]>> = {
    upper: ['upper-case', 'word.toUpperCase()'],
    lower: ['lower-case', 'word.toLowerCase()'],
    capitalise: ['capitalise', 'word.charAt(0).toUpperCase() + word.slice(1)'],
    reverse: ['reverse', "[...word].reverse().join('')"],
    twice: ['double', 'word.repeat(2)'],
    brackets: ['put brackets around', `\`[\${word}]\``],
    quotes: ['put double quotes around', `\`"\${word}"\``],
    stars: ['put a star before', `\`*\${word}\``],
    mark: ["add '!' to", "word + '!'"],
    first: ['take the first letter of', 'word[0]'],
    start: [`take the first ${k} letters of`, `word.slice(0, ${k})`],
    end: [`take the last ${k} letters of`, `word.slice(-${k})`],
    behead: ['cut the first letter off', 'word.slice(1)'],
    dock: ['cut the last letter off', 'word.slice(0, -1)'],
    swap: ['swap first and last letter of', 'word.length < 2 ? word : word.at(-1) + word.slice(1, -1) + word[0]'],
    remove: [`remove every '${c}' from`, `word.replaceAll('${c}', '')`],
    hide: [`replace every '${c}' by '*' in`, `word.replaceAll('${c}', '*')`],
    stars2: ['replace all letters by stars in', "'*'.repeat(word.length)"],
    length: ['append its length to', 'word + word.length'],
  };
  return table[which]!;
}

/** The changes to draw from. */
export const wordChanges = (
  'upper lower capitalise reverse twice brackets quotes stars mark first start end behead dock swap remove hide stars2 ' +
  'length'
).split(' ');
