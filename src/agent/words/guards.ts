import { oneLine } from '../text/sanitise.ts';
import type { Critique } from './words.ts';

/** Deterministic checks of what a model wrote; the limits are the specification's (words §2). */
const fewestWords = 5;
const mostWords = 220;

/**
 * What an instruction must repeat from a comment: quoted strings, identifiers and numbers, in this order, each once.
 * @param names names that the target defines: such a word is an identifier, however plain it looks
 */
export function literalsOf(comment: string, names: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  // Apostrophes are not quotes: a quoted string begins after a space and ends before one.
  const rest = comment.replace(
    /`([^`\n]{1,200})`|"([^"\n]{1,200})"|“([^”\n]{1,200})”|(?<![\p{L}\p{N}])'([^'\n]{1,200})'(?![\p{L}\p{N}])/gu,
    (_, ...groups: (string | undefined)[]) => {
      const text = groups.slice(0, 4).find((group) => group !== undefined)!;
      if (text.trim() !== '') found.add(oneLine(text));
      return ' ';
    },
  );
  for (const [word] of rest.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*/gu)) {
    if (isIdentifier(word) || names.has(word)) found.add(word);
  }
  for (const [number] of rest.matchAll(/(?<![\p{L}\p{N}_$.])-?\d+(?:[.,]\d+)*(?![\p{L}_$])/gu)) found.add(number);
  return [...found].slice(0, 50);
}

/** `camelCase`, `snake_case`, `a.b`, `v2`, `$x`; not "The", "NOT", "e.g". */
function isIdentifier(word: string): boolean {
  if (/^(?:e\.g|i\.e|etc|vs|p\.s)$/i.test(word)) return false;
  return /_|\$/.test(word) || /\p{Ll}\p{Lu}/u.test(word) || /\p{L}\.\p{L}/u.test(word) || /\p{L}\p{N}/u.test(word);
}

/** Reasons to refuse an instruction; empty = it may be used. */
export function refusals(
  instruction: string,
  input: { readonly literals: readonly string[]; readonly previous: string | undefined },
): readonly string[] {
  const words = instruction.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const lost = input.literals.filter((literal) => !holds(instruction, literal));
  return [
    ...(words < fewestWords ? [`too short: ${words} words`] : []),
    ...(words > mostWords ? [`too long: ${words} words`] : []),
    ...(hasCodeBlock(instruction) ? ['contains a code block'] : []),
    ...(lost.length > 0 ? [`drops ${lost.slice(0, 5).join(', ')} of the comment`] : []),
    ...(input.previous !== undefined && sameWords(instruction, input.previous)
      ? ['equals the previous instruction']
      : []),
  ];
}

export function hasCodeBlock(text: string): boolean {
  return /^\s*(?:`{3,}|~{3,})/m.test(text);
}

/** Whether the literal occurs in the text by itself, not as part of a longer word or number. */
function holds(text: string, literal: string): boolean {
  const flat = oneLine(text);
  for (let at = flat.indexOf(literal); at >= 0; at = flat.indexOf(literal, at + 1)) {
    const before = flat.slice(Math.max(0, at - 2), at);
    const after = flat.slice(at + literal.length, at + literal.length + 2);
    const joinedBefore = /^[\p{L}\p{N}_$-]/u.test(literal) && /[\p{L}\p{N}_$]$|\p{N}[.,]$/u.test(before);
    const joinedAfter = /[\p{L}\p{N}_$]$/u.test(literal) && /^[\p{L}\p{N}_$]|^[.,]\p{N}/u.test(after);
    if (!joinedBefore && !joinedAfter) return true;
  }
  return false;
}

function sameWords(a: string, b: string): boolean {
  return wordsOf(a).join(' ') === wordsOf(b).join(' ');
}

/** The root causes share four fifths of their words: the critic sees the same as before. */
export function repeatsCause(
  critique: Pick<Critique, 'rootCause'>,
  previous: Pick<Critique, 'rootCause'> | undefined,
): boolean {
  if (previous === undefined) return false;
  const [a, b] = [new Set(wordsOf(critique.rootCause)), new Set(wordsOf(previous.rootCause))];
  const all = new Set([...a, ...b]);
  return all.size > 0 && [...a].filter((word) => b.has(word)).length / all.size >= 0.8;
}

const asksForAnother =
  /\b(?:different(?:ly)?|another|other|new|alternative)\s+(?:approach|way|method|strategy|idea|algorithm)\b|\bdifferently\b/i;
export const anotherApproach = 'The same cause was found before and was not cured: take a different approach.';

/** The instruction, with a request for a different approach added if it must have one and does not. */
export function withAnotherApproach(instruction: string, repeats: boolean): string {
  return !repeats || asksForAnother.test(instruction) ? instruction : `${instruction}\n${anotherApproach}`;
}

/**
 * The critique with only those quotes that occur in what the critic was shown, and only those requirements that share a number,
 * an identifier or a longer word with it.
 */
export function traceable(critique: Critique, sources: string): Critique {
  const flat = oneLine(sources);
  const known = new Set(wordsOf(sources));
  return {
    ...critique,
    quotes: critique.quotes.filter((quote) => flat.includes(oneLine(quote).replace(/…$/, ''))),
    requirements: critique.requirements.filter((requirement) =>
      wordsOf(requirement).some((word) => (word.length > 3 || /\p{N}/u.test(word)) && known.has(word)),
    ),
  };
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [];
}
