import type { Verdict } from '../agent/verdict.ts';
import { fallbackInstruction } from '../agent/words/fallback.ts';
import type { Words, WordsInput, WordsStream } from '../agent/words/words.ts';

/** Minimum number of characters of a piece of hidden text that cannot be a coincidence. */
const gramLength = 20;
const shortestLiteral = 3;

/** Prefix of the reason among those for which the guards refused words. */
export const leakPrefix = 'leak: ';

/**
 * Hidden text in what the model is told: a piece of 20 characters, or a string or number of at least 3 characters, that occurs
 * in the hidden texts and in nothing that is visible. White space counts as one space.
 * @returns the piece; undefined = none
 */
export function findLeak(text: string, hidden: readonly string[], visible: readonly string[]): string | undefined {
  const [flattened, secret, known] = [flat(text), hidden.map(flat).join('\n'), visible.map(flat).join('\n')];
  for (let at = 0; at + gramLength <= flattened.length; at++) {
    const gram = flattened.slice(at, at + gramLength);
    if (secret.includes(gram) && !known.includes(gram)) return gram;
  }
  return [...new Set(hidden.flatMap(literals))].find((literal) => holds(flattened, literal) && !holds(known, literal));
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Contents of strings, and numbers. */
function literals(source: string): readonly string[] {
  const found: string[] = [];
  const rest = source.replace(
    /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g,
    (_, ...groups: (string | undefined)[]) => {
      found.push(flat(groups.slice(0, 3).find((group) => group !== undefined) ?? ''));
      return ' ';
    },
  );
  for (const [number] of rest.matchAll(/(?<![\w$.])-?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/gi)) found.push(number);
  return found.filter((literal) => literal.length >= shortestLiteral);
}

/** As a whole word or number: `cat` is not in `concatenate`, nor `100` in `1000`. */
function holds(text: string, literal: string): boolean {
  const wordy = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
    const before = wordy(text[at - 1]) && wordy(literal[0]);
    const after = wordy(text[at + literal.length]) && wordy(literal.at(-1));
    if (!before && !after) return true;
  }
  return false;
}

/**
 * The same words unless hidden text got into them: then they are replaced by the template for a plain rejection, without a
 * critique, and the metrics say so (words §Evidence).
 */
export function withoutLeaks(words: WordsStream, hidden: readonly string[]): WordsStream {
  return async (input, signal) => {
    const made = await words(input, signal);
    const text = [made.instruction, ...critiqueTexts(made)].join('\n');
    const leak = findLeak(text, hidden, visibleTexts(input));
    if (leak === undefined) return made;
    const call = { purpose: 'rewrite', output: '', refused: [`${leakPrefix}${leak}`], milliseconds: 0 } as const;
    return {
      instruction: fallbackInstruction({ ...input, verdict: rejection(input.verdict) }),
      source: 'fallback',
      calls: [...made.calls, call],
    };
  };
}

/** The critique of a turn is part of later prompts as well. */
function critiqueTexts({ critique }: Words): readonly string[] {
  return critique === undefined ? [] : [critique.rootCause, ...critique.requirements, ...critique.quotes];
}

/** Everything that the model was shown and may therefore repeat. */
function visibleTexts({ task, answerText, verdict, comment, earlier }: WordsInput): readonly string[] {
  return [
    task.request,
    ...task.targets.flatMap(({ path, text }) => [path, text]),
    ...task.neighbours.map(({ text }) => text),
    answerText,
    comment,
    verdict.detail,
    verdict.output,
    ...verdict.tests.flatMap(({ name, failure }) => [
      name,
      failure?.message ?? '',
      failure?.expected ?? '',
      failure?.actual ?? '',
    ]),
    ...earlier.map(({ instruction }) => instruction),
  ];
}

/** What is left of a verdict at evidence level L0. */
function rejection({ reward, reason, milliseconds }: Verdict): Verdict {
  const counts = { passed: 0, failed: 0, skipped: 0, errored: 0 };
  return { reward, reason, detail: 'The attempt was rejected.', ...counts, tests: [], output: '', milliseconds };
}
