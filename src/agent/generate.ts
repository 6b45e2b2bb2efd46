import type { AdapterSelection } from '../policy/adapters.ts';
import type { Generation, SamplingOptions } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Message } from '../policy/prompt.ts';
import { cancelled } from '../shared/errors/cancelled.ts';
import type { LoopEvent } from './events.ts';
import type { AnswerForm } from './prompts/attempt.ts';
import { type FittedPrompt, fitPrompt } from './prompts/fit.ts';
import type { Task } from './task.ts';
import type { PastTurn } from './turn.ts';

/** A target with more than this number of tokens and this share of the context is changed by search/replace blocks. */
const largeTarget = 1000;
const largestShare = 0.3;
/** Room for an answer in addition to the target itself, in tokens, and what a model that thinks aloud needs on top. */
const leastAnswer = 192;
const thinkingRoom = 4096;

export interface GenerationPlan extends FittedPrompt {
  readonly form: AnswerForm;
  readonly maxTokens: number;
}

/** Chooses the form of the answer, reserves room for it, and fits the prompt into what is left of the context. */
export async function planGeneration(
  task: Task,
  past: readonly PastTurn[],
  policy: Pick<Policy, 'info' | 'countTokens'>,
  maxAnswerTokens: number | undefined,
  signal: AbortSignal,
): Promise<GenerationPlan> {
  const { contextLength } = policy.info;
  const size = await policy.countTokens({ text: task.targets.map(replacedText).join('\n') }, signal);
  const form = answerForm(task, size, contextLength);
  const wanted =
    maxAnswerTokens ?? Math.round(form === 'search-replace' ? contextLength * largestShare : size * 1.5) + leastAnswer;
  // However small the context, half of it is for the prompt.
  const reserved = Math.min(wanted, Math.floor(contextLength / 2));
  const count = (messages: readonly Message[]) => policy.countTokens({ messages }, signal);
  const fitted = await fitPrompt(task, past, form, contextLength - reserved, count);
  const free = contextLength - fitted.tokens;
  return { ...fitted, form, maxTokens: Math.min(free, maxAnswerTokens ?? reserved + thinkingRoom) };
}

export function answerForm(task: Task, size: number, contextLength: number): AnswerForm {
  if (size > largeTarget && size > contextLength * largestShare) return 'search-replace';
  return task.targets.length > 1 ? 'files' : 'block';
}

/** What an answer has to repeat. */
function replacedText({ text, focus }: Task['targets'][number]): string {
  if (focus === undefined) return text;
  return text
    .split('\n')
    .slice(focus.firstLine - 1, focus.lastLine)
    .join('\n');
}

/**
 * Streams one answer.
 * @throws RetuneError `cancelled`: a stopped generation is not an answer
 */
export async function* generateAnswer(
  policy: Pick<Policy, 'generate'>,
  request: {
    readonly messages: readonly Message[];
    readonly maxTokens: number;
    readonly adapter: AdapterSelection;
    readonly sampling: SamplingOptions;
  },
  turn: number,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, Generation> {
  const started = performance.now();
  const { messages, maxTokens, adapter, sampling } = request;
  const events = policy.generate({ prompt: { messages }, maxTokens, adapter, sampling }, signal);
  let generation: Generation;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) {
        generation = next.value;
        break;
      }
      const event = next.value;
      if (event.kind === 'prefill') yield { kind: 'prefill', turn, done: event.done, total: event.total };
      else yield { kind: 'token', turn, text: event.text };
    }
  } finally {
    // Tells the policy if the consumer left in the middle.
    await events.return(undefined as never);
  }
  if (generation.finish === 'cancelled' || signal.aborted) throw cancelled('The generation');
  const { text, promptTokens, responseTokens, finish, seed } = generation;
  const milliseconds = Math.round(performance.now() - started);
  yield { kind: 'generated', turn, text, promptTokens, responseTokens, finish, seed, milliseconds };
  return generation;
}
