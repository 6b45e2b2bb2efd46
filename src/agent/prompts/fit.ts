import type { Message } from '../../policy/prompt.ts';
import { contextTooSmall } from '../errors.ts';
import type { Task } from '../task.ts';
import type { PastTurn } from '../turn.ts';
import { evidenceOf, formatEvidence } from '../words/evidence.ts';
import { type AnswerForm, systemPrompt, taskPrompt } from './attempt.ts';

/** How much of everything dispensable goes into the prompt. */
interface Allowance {
  readonly neighbours: number;
  readonly neighbourCharacters: number;
  readonly evidenceCharacters: number;
  /** Number of attempts kept verbatim, newest first; the others become one line each. */
  readonly verbatim: number;
  readonly earlierLines: number;
}

const everything: Allowance = {
  neighbours: 4,
  neighbourCharacters: 6000,
  evidenceCharacters: 2000,
  verbatim: Number.POSITIVE_INFINITY,
  earlierLines: 20,
};

/**
 * What is given up, in this order, until the prompt fits: neighbours first, then attempts older than the last two (each
 * becomes its critique, adaptation §5), then evidence, which the follow-ups of later turns repeat. Each step keeps the
 * reductions before it.
 */
const reductions: readonly (readonly [string, Partial<Allowance>])[] = [
  ['neighbours', { neighbours: 2, neighbourCharacters: 2500 }],
  ['neighbours', { neighbours: 1, neighbourCharacters: 1500 }],
  ['older attempts', { verbatim: 2 }],
  ['neighbours', { neighbours: 0 }],
  ['evidence', { evidenceCharacters: 600 }],
  ['older attempts', { verbatim: 1, earlierLines: 6 }],
  ['evidence', { evidenceCharacters: 0 }],
  ['older attempts', { verbatim: 1, earlierLines: 0 }],
  ['all earlier attempts', { verbatim: 0, earlierLines: 1 }],
];

/** How a prompt asks, and where it shows the target. */
export interface PromptLayout {
  readonly form: AnswerForm;
  readonly targetLast?: boolean;
}

export interface FittedPrompt {
  readonly messages: readonly Message[];
  readonly tokens: number;
  /** What was given up, by name. */
  readonly dropped: readonly string[];
}

/**
 * The messages of a turn, within `budget` tokens.
 * @throws RetuneError `agent.context-too-small` when not even request and target fit
 */
export async function fitPrompt(
  task: Task,
  past: readonly PastTurn[],
  { form, targetLast = false }: PromptLayout,
  budget: number,
  count: (messages: readonly Message[]) => Promise<number>,
): Promise<FittedPrompt> {
  let allowance = everything;
  const dropped = new Set<string>();
  for (let step = 0; ; step++) {
    const messages = messagesOf(task, past, form, allowance, targetLast);
    const tokens = await count(messages);
    if (tokens <= budget) return { messages, tokens, dropped: [...dropped] };
    const reduction = reductions[step];
    if (reduction === undefined) {
      throw contextTooSmall(
        task.targets.map(({ path }) => path),
        tokens,
        budget,
      );
    }
    allowance = { ...allowance, ...reduction[1] };
    dropped.add(reduction[0]);
  }
}

/** The conversation as the model sees it: the task, then attempt and follow-up of every turn that is kept. */
export function messagesOf(
  task: Task,
  past: readonly PastTurn[],
  form: AnswerForm,
  allowance: Allowance = everything,
  targetLast = false,
): readonly Message[] {
  const kept = allowance.verbatim === 0 ? [] : past.slice(-allowance.verbatim);
  const older = past.slice(0, past.length - kept.length);
  const evidence = task.baseline === undefined ? undefined : evidenceOf(task.baseline);
  const first = taskPrompt({
    request: task.request,
    targets: task.targets,
    evidence: evidence === undefined ? '' : formatEvidence(evidence, allowance.evidenceCharacters),
    neighbours: task.neighbours
      .slice(0, allowance.neighbours)
      .map((neighbour) => ({ ...neighbour, text: clip(neighbour.text, allowance.neighbourCharacters) })),
    earlier: allowance.earlierLines === 0 ? [] : older.slice(-allowance.earlierLines).map(oneLine),
    targetLast,
  });
  // Without an attempt of its own in between, the newest follow-up belongs to the task message.
  const lastFollowUp = kept.length === 0 ? past.at(-1)?.followUp : undefined;
  return [
    { role: 'system', content: systemPrompt(form) },
    { role: 'user', content: lastFollowUp === undefined ? first : `${first}\n\n${lastFollowUp}` },
    ...kept.flatMap(({ answerText, followUp }): Message[] => [
      { role: 'assistant', content: answerText },
      { role: 'user', content: followUp },
    ]),
  ];
}

function oneLine({ turn, critique, verdict }: PastTurn): string {
  return `attempt ${turn}: ${(critique?.rootCause ?? verdict.detail).replace(/\s+/g, ' ').slice(0, 200)}`;
}

/** Cut at a line end, so that the model never takes half a line for code. */
function clip(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const cut = text.lastIndexOf('\n', characters);
  return `${text.slice(0, cut > 0 ? cut : characters)}\n…`;
}
