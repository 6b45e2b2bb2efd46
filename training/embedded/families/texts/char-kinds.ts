/** Kinds of characters: one, many, inside a regular expression's brackets, condition on `char`. */
export function charKind(which: string, c: string): readonly [string, string, string, string] {
  const table: Readonly<Record<string, readonly [string, string, string, string]>> = {
    vowel: ['vowel', 'vowels', 'aeiou', "'aeiou'.includes(char)"],
    digit: ['digit', 'digits', '0-9', "char >= '0' && char <= '9'"],
    capital: ['capital letter', 'capital letters', 'A-Z', "char >= 'A' && char <= 'Z'"],
    small: ['small letter', 'small letters', 'a-z', "char >= 'a' && char <= 'z'"],
    space: ['space', 'spaces', ' ', "char === ' '"],
    mark: ['punctuation mark (.,!?)', 'punctuation marks (.,!?)', '.,!?', "'.,!?'.includes(char)"],
    letter: [`letter '${c}'`, `letters '${c}'`, c, `char === '${c}'`],
  };
  return table[which]!;
}

/** The kinds to draw from. */
export const charKinds = ['vowel', 'digit', 'capital', 'small', 'space', 'mark', 'letter'];
