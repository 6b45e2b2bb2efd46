import { oneLine } from '../text/sanitise.ts';

/** One line of a critique, generated on its own: it begins with the field's name and stops at the line's end. */
export interface GuidedField {
  readonly name: string;
  readonly maxTokens: number;
  /** What ends it besides the line's end: one sentence says it, and small models go on saying it. */
  readonly stop: readonly string[];
  /** Why a value cannot be used; undefined = it can. */
  refusal(value: string, seen: Seen): string | undefined;
}

/** What a value may not merely repeat. */
export interface Seen {
  /** Lines of the attempt, trimmed. */
  readonly attempt: readonly string[];
  /** All that the critic was shown. */
  readonly shown: string;
}

const fewestWords = 4;
const sentenceEnds = ['\n', '. '];

/** The wrong line, copied; a line that is not in the attempt is of no use. */
export const wrongLine: GuidedField = {
  name: 'Wrong line',
  maxTokens: 48,
  stop: ['\n'],
  refusal: (value, { attempt }) => (lineIn(value, attempt) === undefined ? 'it is no line of the attempt' : undefined),
};

export const cause: GuidedField = {
  name: 'Why it is wrong',
  maxTokens: 64,
  stop: sentenceEnds,
  refusal: sentenceRefusal,
};
export const change: GuidedField = {
  name: 'What to change',
  maxTokens: 80,
  stop: sentenceEnds,
  refusal: sentenceRefusal,
};

/** The line of the attempt that a value quotes, or the one that is most like it: models copy code without its layout. */
export function lineIn(value: string, attempt: readonly string[]): string | undefined {
  const wanted = new Set(tokensOf(value));
  if (wanted.size < 2) return undefined;
  const [best] = attempt
    .map((line) => ({ line, likeness: likeness(wanted, new Set(tokensOf(line))) }))
    .sort((a, b) => b.likeness - a.likeness);
  return best !== undefined && best.likeness >= leastLikeness ? best.line : undefined;
}

const leastLikeness = 0.6;

/** Share of what either has that both have. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = a.intersection(b).size;
  return both / (a.size + b.size - both);
}

/** Names, numbers and signs, without quotes around the line. */
function tokensOf(code: string): readonly string[] {
  return code.replace(/^[`'"\s]+|[`'"\s]+$/g, '').match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];
}

function sentenceRefusal(value: string, { attempt, shown }: Seen): string | undefined {
  const words = value.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length < fewestWords) return `it says too little: ${words.length} words`;
  if (/```|^\s*<|\bone sentence\b/i.test(value)) return 'it is a piece of a format';
  if (attempt.includes(value.trim())) return 'it repeats a line of the attempt';
  // Short phrases may be quoted from the evidence; a whole sentence of it explains nothing.
  return oneLine(shown).includes(oneLine(value)) ? 'it repeats what the critic was shown' : undefined;
}
