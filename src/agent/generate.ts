import type { AdapterSelection } from '../policy/adapters.ts';
import type { Generation, SamplingOptions } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Message } from '../policy/prompt.ts';
import { cancelled } from '../shared/errors/cancelled.ts';
import { type AnswerFormat, answerFormat } from './answer/format.ts';
import type { RunawayWatch } from './answer/runaway.ts';
import type { LoopEvent } from './events.ts';
import { isGuided } from './guided.ts';
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
  /** What the answer is generated under; absent where it is read out of what the model writes. */
  readonly format?: AnswerFormat;
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
  const guided = isGuided(policy.info);
  const fitted = await fitPrompt(task, past, { form, targetLast: guided }, contextLength - reserved, count);
  const free = contextLength - fitted.tokens;
  const format = guided ? answerFormat(task, form) : undefined;
  const room = format === undefined ? reserved + thinkingRoom : reserved;
  return {
    ...fitted,
    form,
    ...(format !== undefined && { format }),
    maxTokens: Math.min(free, maxAnswerTokens ?? room),
  };
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
 * Streams one answer. One that only repeats itself is ended early, with the finish `repetition`.
 * @throws RetuneError `cancelled`: a stopped generation is not an answer
 */
export async function* generateAnswer(
  policy: Pick<Policy, 'generate'>,
  request: {
    readonly messages: readonly Message[];
    readonly format?: AnswerFormat;
    readonly maxTokens: number;
    readonly adapter: AdapterSelection;
    readonly sampling: SamplingOptions;
  },
  watch: RunawayWatch,
  turn: number,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, AnswerGeneration> {
  const started = performance.now();
  const { messages, format, ...rest } = request;
  const prompt = { messages, ...(format !== undefined && { prefix: format.prefix }) };
  const runaway = new AbortController();
  const events = policy.generate(
    { ...rest, prompt, ...(format !== undefined && { stop: format.stop }) },
    AbortSignal.any([signal, runaway.signal]),
  );
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
      else {
        yield { kind: 'token', turn, text: event.text };
        if (watch.push(event.text)) runaway.abort();
      }
    }
  } finally {
    // Tells the policy if the consumer left in the middle.
    await events.return(undefined as never);
  }
  if (signal.aborted || (generation.finish === 'cancelled' && !runaway.signal.aborted))
    throw cancelled('The generation');
  const { promptTokens, responseTokens, seed } = generation;
  const finish = runaway.signal.aborted ? 'repetition' : generation.finish;
  const text = generation.text + (finish === 'stop-string' ? (format?.suffix ?? '') : '');
  const milliseconds = Math.round(performance.now() - started);
  yield { kind: 'generated', turn, text, promptTokens, responseTokens, finish, seed, milliseconds };
  return { text, promptTokens, responseTokens, finish };
}

/** An answer with the exact tokens that an update is computed from. */
export interface AnswerGeneration extends Pick<Generation, 'text' | 'promptTokens' | 'responseTokens'> {
  readonly finish: Generation['finish'] | 'repetition';
}
