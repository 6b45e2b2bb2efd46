import { definitionsIn } from '../answer/definitions.ts';
import { languageTag } from '../answer/labels.ts';
import { linesOf } from '../answer/lines.ts';
import type { CriticParts } from '../prompts/critic.ts';
import { fencedBlocks } from '../text/fences.ts';
import { asData, oneLine } from '../text/sanitise.ts';
import { evidenceOf, formatEvidence } from './evidence.ts';
import { literalsOf } from './guards.ts';
import type { WordsInput } from './words.ts';

/** How much of each part the critic is shown, in UTF-16 code units (and lines, for the earlier critiques). */
export interface Allowance {
  readonly request: number;
  readonly target: number;
  readonly attempt: number;
  readonly evidence: number;
  readonly comment: number;
  readonly earlier: number;
}

/** From everything down to what is indispensable; the short prompt of the second try begins further down. */
export const allowances: readonly Allowance[] = [
  { request: 2000, target: 6000, attempt: 6000, evidence: 2400, comment: 2000, earlier: 6 },
  { request: 2000, target: 2500, attempt: 4000, evidence: 1600, comment: 2000, earlier: 3 },
  { request: 1000, target: 1200, attempt: 2400, evidence: 1000, comment: 1500, earlier: 1 },
  { request: 600, target: 0, attempt: 1600, evidence: 800, comment: 1000, earlier: 1 },
  { request: 400, target: 0, attempt: 800, evidence: 400, comment: 600, earlier: 0 },
  { request: 200, target: 0, attempt: 400, evidence: 250, comment: 400, earlier: 0 },
];
export const firstShortAllowance = 3;

/** What the critic is shown about a failed attempt: sanitised, and bounded by the allowance. */
export function criticParts(input: WordsInput, allowance: Allowance): CriticParts {
  const { task, turn, verdict } = input;
  return {
    request: asData(task.request, { limit: allowance.request }),
    targets:
      allowance.target === 0
        ? []
        : task.targets.map(({ path, text, language, focus }) => ({
            title: focus === undefined ? path : `${path}, ${focus.symbol}`,
            language,
            text: asData(focus === undefined ? text : focused(text, focus), {
              limit: Math.floor(allowance.target / task.targets.length),
            }),
          })),
    turn,
    attempt: attemptOf(input, allowance.attempt),
    evidence: formatEvidence(evidenceOf(verdict), allowance.evidence),
    comment: asData(input.comment.trim(), { limit: allowance.comment }),
    earlier: (allowance.earlier === 0 ? [] : input.earlier.slice(-allowance.earlier)).map(earlierLine),
    form: input.form ?? 'block',
    keep: commentLiterals(input),
  };
}

/** What was found and what was asked for: an attempt that did not comply and one that complied in vain need different words. */
function earlierLine({ turn, critique, instruction }: WordsInput['earlier'][number]): string {
  const clipped = (text: string): string => oneLine(asData(text, { limit: 200, keep: 'start' }));
  const asked = clipped(instruction);
  if (critique === undefined) return `attempt ${turn}: ${asked}`;
  return `attempt ${turn}: ${clipped(`${critique.kind}: ${critique.rootCause}`)} Asked for: ${asked}`;
}

/** What an instruction must not drop, from the comment as the critic sees it: what was redacted need not be repeated. */
export function commentLiterals({ comment, task }: Pick<WordsInput, 'comment' | 'task'>): readonly string[] {
  if (comment.trim() === '') return [];
  const names = new Set(
    task.targets.flatMap(({ text, focus }) => [
      ...definitionsIn(linesOf(text)).map((definition) => definition.name),
      ...(focus === undefined ? [] : [focus.symbol]),
    ]),
  );
  return literalsOf(asData(comment.trim(), { limit: 2000 }), names);
}

function focused(text: string, focus: { readonly firstLine: number; readonly lastLine: number }): string {
  return text
    .split('\n')
    .slice(focus.firstLine - 1, focus.lastLine)
    .join('\n');
}

/** Only the code if the answer has one block, because the rest is talk; otherwise the whole answer. */
function attemptOf({ answerText, answer }: WordsInput, limit: number): CriticParts['attempt'] {
  const blocks = answer.kind === 'attempt' && answer.form === 'block' ? fencedBlocks(answerText.split('\n')) : [];
  const only = blocks.length === 1 ? blocks[0] : undefined;
  if (only === undefined) return { language: '', text: asData(answerText, { limit }) };
  const tag = languageTag(only.info);
  return { language: /^[a-z0-9+#-]{0,20}$/.test(tag) ? tag : '', text: asData(only.lines.join('\n'), { limit }) };
}
