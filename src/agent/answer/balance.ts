/**
 * Whether every bracket of a code is closed: a rough reading of strings and comments of the usual languages, which is enough to
 * tell code that is complete from code that was cut off.
 */
export function isBalanced(text: string): boolean {
  const open: string[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = skip(text, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const character = text[at]!;
    if (closing[character] !== undefined) open.push(closing[character]);
    else if ((character === ')' || character === ']' || character === '}') && open.pop() !== character) return false;
    at++;
  }
  return open.length === 0;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n[{(!][^\n]*/y;
/** A quote that its line does not close is an apostrophe, a lifetime or part of a pattern. */
const string = /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/y;

/** @returns the end of the comment or string that begins here, else the same place */
function skip(text: string, at: number): number {
  for (const pattern of [comment, string]) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return at;
}
