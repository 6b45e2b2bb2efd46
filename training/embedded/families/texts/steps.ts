/** Steps on a whole text: the verb phrase with `it`, and the expression of the text so far. */
export function textStep(which: string, k: number, c: string, d: string, t: string): readonly [string, string] {
  const table: Readonly<Record<string, readonly [string, string]>> = {
    trim: ['trim it', `${t}.trim()`],
    upper: ['put it in upper case', `${t}.toUpperCase()`],
    lower: ['put it in lower case', `${t}.toLowerCase()`],
    reverse: ['reverse it', `[...${t}].reverse().join('')`],
    spaces: ['remove its spaces', `${t}.replaceAll(' ', '')`],
    dashes: ['turn its spaces into dashes', `${t}.replaceAll(' ', '-')`],
    squeeze: ['make runs of spaces one space', `${t}.replace(/ +/g, ' ')`],
    replace: [`replace each '${c}' by '${d}'`, `${t}.replaceAll('${c}', '${d}')`],
    remove: [`remove each '${c}'`, `${t}.replaceAll('${c}', '')`],
    suffix: [`append '${d}'`, `${t} + '${d}'`],
    prefix: [`put '${d}' before it`, `'${d}' + ${t}`],
    twice: ['write it twice', `${t}.repeat(2)`],
    start: [`keep the first ${k} characters`, `${t}.slice(0, ${k})`],
    end: [`keep the last ${k} characters`, `${t}.slice(-${k})`],
    behead: [`drop the first ${k} characters`, `${t}.slice(${k})`],
    dock: ['drop the last character', `${t}.slice(0, -1)`],
    quote: ['put it in double quotes', `\`"\${${t}}"\``],
    bracket: ['put it in round brackets', `\`(\${${t}})\``],
    padLeft: [`pad it with leading zeros to ${k + 4}`, `${t}.padStart(${k + 4}, '0')`],
    padRight: [`pad it with dots at the end to ${k + 4}`, `${t}.padEnd(${k + 4}, '.')`],
    capitalise: ['make its first letter a capital', `${t}.charAt(0).toUpperCase() + ${t}.slice(1)`],
    list: ['return the list of its characters', `[...${t}]`],
    length: ['return its length', `${t}.length`],
    words: ['split it at spaces', `${t}.split(' ')`],
    wordCount: ['return the number of parts between spaces', `${t}.split(' ').length`],
    count: [`return how many '${c}' it has`, `${t}.split('${c}').length - 1`],
    same: ['check that its first and last character are equal', `${t}.at(0) === ${t}.at(-1)`],
    palindrome: ['check that it reads the same backwards', `${t} === [...${t}].reverse().join('')`],
    has: [`check whether it has '${c}'`, `${t}.includes('${c}')`],
    where: [`return the index of the first '${c}', or -1`, `${t}.indexOf('${c}')`],
  };
  return table[which]!;
}

/** Steps that make a text. */
export const middleSteps = (
  'trim upper lower reverse spaces dashes squeeze replace remove suffix prefix twice start end behead dock quote ' +
  'bracket padLeft padRight capitalise'
).split(' ');

/** Steps that may come last. */
export const finalSteps = [...middleSteps, ...'list length words wordCount count same palindrome has where'.split(' ')];
