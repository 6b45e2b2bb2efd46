import type { TargetFile } from '../task.ts';
import { breakTokens, fencedData } from '../text/sanitise.ts';

/** How the model should answer: a block for a single target, a block per file, or search/replace blocks for a large target. */
export type AnswerForm = 'block' | 'files' | 'search-replace';

const answerRules: Readonly<Record<AnswerForm, string>> = {
  block: 'Answer with the whole corrected target in one code block.',
  files:
    'Answer with one code block for every file you change, its path on the line before the block, the whole file inside.',
  'search-replace': `Answer with search/replace blocks. The search lines are copied from the file exactly and occur in it once:
path/of/file
<<<<<<< SEARCH
lines to replace
=======
new lines
>>>>>>> REPLACE`,
};

/** How an instruction ends: it asks for the same form of answer as the system prompt. */
export const answerReminders: Readonly<Record<AnswerForm, string>> = {
  block: 'return the whole target in one code block.',
  files: 'return every changed file whole, in one code block each, under its path.',
  'search-replace': 'return search/replace blocks.',
};

export function systemPrompt(form: AnswerForm): string {
  return `You fix code so that its tests pass. ${answerRules[form]} Do not change tests.`;
}

/** The parts of the first message; optional ones are left out when the context is too small for them. */
export interface TaskPromptParts {
  readonly request: string;
  readonly targets: readonly TargetFile[];
  /** Already formatted as data, with the names of failing tests; '' = none. */
  readonly evidence: string;
  readonly neighbours: readonly { readonly path: string; readonly language: string; readonly text: string }[];
  /** One line each: attempts that are no longer in the history. */
  readonly earlier: readonly string[];
  /**
   * The target stands last: small models write again what they saw last, which should not be the test. Default: first, as
   * the embedded model was trained.
   */
  readonly targetLast?: boolean;
}

export function taskPrompt(parts: TaskPromptParts): string {
  const targets = parts.targets.map(target);
  return [
    breakTokens(parts.request).trim(),
    ...(parts.targetLast === true ? [] : targets),
    ...(parts.evidence === '' ? [] : [parts.evidence]),
    ...parts.neighbours.map(
      ({ path, language, text }) => `${path}, for reference:\n${fencedData(breakTokens(text), language)}`,
    ),
    ...(parts.earlier.length > 0 ? [`Attempts that failed:\n${list(parts.earlier)}`] : []),
    ...(parts.targetLast === true ? targets : []),
  ].join('\n\n');
}

/** Only the focus where there is one, because that is what a block replaces. */
function target({ path, text, language, focus }: TargetFile): string {
  if (focus === undefined) return `${path}:\n${fencedData(text, language)}`;
  const lines = text.split('\n').slice(focus.firstLine - 1, focus.lastLine);
  return `${path}, ${focus.symbol}:\n${fencedData(lines.join('\n'), language)}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
