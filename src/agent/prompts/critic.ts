import type { Message } from '../../policy/prompt.ts';
import { fencedData } from '../text/sanitise.ts';
import { failureKinds } from '../words/critique.ts';
import { type AnswerForm, answerReminders } from './attempt.ts';

/** What the critic is shown. All texts are sanitised; data is wrapped here. */
export interface CriticParts {
  readonly request: string;
  /** The target without the attempt; absent if there is no room for it. */
  readonly targets: readonly { readonly title: string; readonly language: string; readonly text: string }[];
  readonly turn: number;
  readonly attempt: { readonly language: string; readonly text: string };
  /** Formatted and wrapped; '' = none. */
  readonly evidence: string;
  /** '' = none. */
  readonly comment: string;
  /** One line for each earlier turn. */
  readonly earlier: readonly string[];
  /** Of the next answer. */
  readonly form: AnswerForm;
  /** What an instruction must repeat exactly: identifiers, numbers and quoted strings of the comment. */
  readonly keep: readonly string[];
}

const system =
  'You say why an attempt to correct code failed, and write the instruction for the next attempt. You write no code.';

const fields = `Kind: one of ${failureKinds.join(', ')}
Quote: words copied from the evidence (at most two such lines)
Cause: the root cause, one or two sentences
Blame: ambiguity, capability or both
Require: something that can be checked (at most four such lines)
Unknown: what cannot be known (or no such line)`;

const shortFields = `Kind: one of ${failureKinds.join(', ')}
Cause: the root cause, one sentence`;

function instruction({ form }: CriticParts): string {
  return `<instruction>
What to change, what must hold, what to keep. At most 150 words, no code. End: ${answerReminders[form]}
</instruction>`;
}

const askForAnother = 'The same cause was found before and was not cured. Ask for a different approach.';

export interface CriticStyle {
  /** For the second try: fewer fields. */
  readonly short?: boolean;
}

/** The first call: the textual gradient. */
export function critiquePrompt(parts: CriticParts, { short = false }: CriticStyle = {}): readonly Message[] {
  return messages([...situation(parts), `Answer with these lines and nothing else:\n${short ? shortFields : fields}`]);
}

/**
 * The second call.
 * @param critique as {@link formatCritique} writes it
 * @param repeats whether its cause is that of the turn before
 */
export function rewritePrompt(
  parts: CriticParts,
  critique: string,
  repeats: boolean,
  { short = false }: CriticStyle = {},
): readonly Message[] {
  const shown = short ? situation({ ...parts, evidence: '', earlier: [] }) : situation(parts);
  return messages([
    ...shown,
    `Critique of the attempt:\n${fencedData(critique)}`,
    ...(repeats ? [askForAnother] : []),
    ...keepExactly(parts),
    `Write the instruction for the next attempt:\n${instruction(parts)}`,
  ]);
}

/** Both in one call, for small models: fewer opportunities to leave the format. */
export function critiqueAndRewritePrompt(parts: CriticParts, { short = false }: CriticStyle = {}): readonly Message[] {
  return messages([
    ...situation(parts),
    ...(parts.earlier.length > 0 && !short
      ? ['If the cause is an earlier one again, ask for a different approach.']
      : []),
    ...keepExactly(parts),
    `Answer with these lines, then the instruction:\n${short ? shortFields : fields}\n${instruction(parts)}`,
  ]);
}

function situation(parts: CriticParts): readonly string[] {
  return [
    `Task:\n${fencedData(parts.request)}`,
    ...parts.targets.map(({ title, language, text }) => `${title}:\n${fencedData(text, language)}`),
    ...(parts.earlier.length > 0 ? [`Earlier critiques:\n${parts.earlier.map((line) => `- ${line}`).join('\n')}`] : []),
    `Attempt ${parts.turn}, which failed:\n${fencedData(parts.attempt.text, parts.attempt.language)}`,
    ...(parts.evidence === '' ? [] : [parts.evidence]),
    parts.comment === '' ? 'Developer’s comment: none' : `Developer’s comment:\n${fencedData(parts.comment)}`,
  ];
}

function keepExactly({ keep }: CriticParts): readonly string[] {
  return keep.length === 0 ? [] : [`The instruction must contain exactly: ${keep.join(' , ')}`];
}

function messages(sections: readonly string[]): readonly Message[] {
  return [
    { role: 'system', content: system },
    { role: 'user', content: sections.join('\n\n') },
  ];
}
