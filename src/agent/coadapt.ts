import type { AdapterSelection } from '../policy/adapters.ts';
import type { SamplingOptions } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import { isCancelled } from '../shared/errors/cancelled.ts';
import { type AdaptEvent, adapt, type WeightsStream } from './adapt.ts';
import type { Answer } from './answer/answer.ts';
import { parseAnswer } from './answer/parse.ts';
import { RunawayWatch } from './answer/runaway.ts';
import type { Syntax } from './answer/syntax.ts';
import { during } from './during.ts';
import type { Environment } from './environment.ts';
import type { LoopEvent, Outcome } from './events.ts';
import { type AnswerGeneration, type GenerationPlan, generateAnswer, planGeneration } from './generate.ts';
import { axes, type MethodOptions } from './method.ts';
import { nextTemperature, raised, stopReason } from './stopping.ts';
import { stripThinking } from './text/thinking.ts';
import { attemptKey, type PastTurn } from './turn.ts';
import { unchangedVerdict, unparsableVerdict } from './unparsable.ts';
import type { Verdict } from './verdict.ts';
import { evidenceOf } from './words/evidence.ts';
import { plainFollowUp } from './words/follow-up.ts';
import type { WordsStream } from './words/words.ts';

export interface CoadaptOptions extends MethodOptions {
  /** T_max. */
  readonly maxTurns: number;
  /** The seeds of the turns are derived from it. */
  readonly seed: number;
  /** Default temperature 0.7, top-p 0.95 (adaptation §5). */
  readonly sampling?: Pick<SamplingOptions, 'temperature' | 'topP' | 'topK' | 'minP'>;
  /** Maximum number of tokens of an answer. Default: derived from the size of the target. */
  readonly maxAnswerTokens?: number;
  /** Adapters that are active during generation; the session adapter already exists. */
  readonly adapter: AdapterSelection;
  /**
   * Use up all turns even if attempts repeat or cannot be judged, so that methods are compared at equal numbers of attempts.
   */
  readonly persist?: boolean;
  /** Turns of an interrupted session, oldest first; the loop continues after them. */
  readonly past?: readonly PastTurn[];
}

export interface CoadaptDependencies {
  readonly policy: Pick<Policy, 'info' | 'countTokens' | 'generate'>;
  readonly environment: Environment;
  readonly words: WordsStream;
  readonly weights: WeightsStream;
  /** The parser of the targets' languages; without it definitions in answers are found by their indentation. */
  readonly syntax?: Syntax;
  /** The developer's raw follow-up x_{t+1} after a failed turn; '' = none. */
  comment(turn: number, verdict: Verdict, signal: AbortSignal): Promise<string>;
}

/**
 * ROSA2's Algorithm 1. Yields every event of the session in order and returns how it ended. Stop (the signal) works in every
 * phase and ends with the outcome `stopped`; any other error comes from a dependency and makes it pointless to continue.
 * The events suffice to rebuild {@link CoadaptOptions.past}.
 */
export async function* coadapt(
  options: CoadaptOptions,
  dependencies: CoadaptDependencies,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, Outcome> {
  const started = performance.now();
  const past = [...(options.past ?? [])];
  let outcome: Outcome;
  try {
    outcome = yield* turns(options, dependencies, past, signal);
  } catch (error) {
    if (!signal.aborted || !(isCancelled(error) || error === signal.reason)) throw error;
    outcome = { kind: 'stopped' };
  }
  yield { kind: 'finished', turns: past.length, outcome, milliseconds: Math.round(performance.now() - started) };
  return outcome;
}

/** `past` grows with every turn that was judged. */
async function* turns(
  options: CoadaptOptions,
  dependencies: CoadaptDependencies,
  past: PastTurn[],
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, Outcome> {
  const { policy, environment, words, weights } = dependencies;
  const { task } = environment;
  // A session that was interrupted after its last turn has nothing left to do.
  const already = stopReason(past, options.maxTurns, options.persist);
  if (already !== undefined) return already;

  for (let turn = past.length + 1; ; turn++) {
    yield { kind: 'phase', turn, phase: 'prompting' };
    const temperature = nextTemperature(past, options.sampling?.temperature);
    const plan = await planGeneration(task, past, policy, options.maxAnswerTokens, signal);
    yield { kind: 'turn', turn, messages: plan.messages, temperature, dropped: plan.dropped };

    const drawn = yield* draw(turn, plan, temperature, past, options, dependencies, signal);
    const { answer, answerText, generation } = drawn;
    yield { kind: 'answer', turn, answer };

    const judged = yield* judge(answer, answerText, past, turn, environment, signal);
    const { verdict } = judged;
    const ended: PastTurn = { turn, answerText, answer, temperature: drawn.temperature, followUp: '', ...judged };
    const outcome = stopReason([...past, ended], options.maxTurns, options.persist);
    if (outcome !== undefined) {
      past.push(ended);
      return outcome;
    }

    yield { kind: 'phase', turn, phase: 'asking' };
    const comment = await dependencies.comment(turn, verdict, signal);
    yield { kind: 'comment', turn, comment };

    yield { kind: 'phase', turn, phase: 'adapting' };
    const use = axes(options, turn);
    const earlier = past.map(({ turn, critique, followUp }) => ({
      turn,
      instruction: followUp,
      ...(critique !== undefined && { critique }),
    }));
    const refined = yield* steps(
      turn,
      (report, signal) =>
        adapt(
          {
            ...(use.words && {
              words: () => [words, { task, turn, answerText, answer, verdict, form: plan.form, comment, earlier }],
            }),
            ...(use.weights && { weights: (signal) => weights(generation, verdict, signal) }),
          },
          report,
          signal,
        ),
      signal,
    );
    past.push({
      ...ended,
      followUp: refined?.instruction ?? plainFollowUp(comment, evidenceOf(verdict)),
      ...(refined?.critique !== undefined && { critique: refined.critique }),
    });
  }
}

interface DrawnAnswer {
  readonly generation: AnswerGeneration;
  /** Without the thinking. */
  readonly answerText: string;
  readonly answer: Answer;
  readonly temperature: number;
}

/** A repeated attempt is drawn again at once, this number of times, and costs no turn. */
const redraws = 2;

/** An answer of the turn; the last one that was generated is the one that counts. */
async function* draw(
  turn: number,
  plan: GenerationPlan,
  first: number,
  past: readonly PastTurn[],
  options: CoadaptOptions,
  { policy, environment: { task }, syntax }: CoadaptDependencies,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, DrawnAnswer> {
  const tried = new Set(past.map(attemptKey));
  let temperature = first;
  for (let again = 0; ; again++) {
    yield { kind: 'phase', turn, phase: 'generating' };
    const seed = turnSeed(options.seed, turn + again * seedStride);
    const sampling = { topP: 0.95, ...options.sampling, temperature, seed };
    const watch = new RunawayWatch(task.targets.map(({ text }) => text));
    const request = { ...plan, adapter: options.adapter, sampling };
    const generation = yield* generateAnswer(policy, request, watch, turn, signal);
    yield { kind: 'phase', turn, phase: 'reading' };
    const answerText = stripThinking(generation.text).answer;
    const answer = parseAnswer(answerText, task, generation.finish === 'stop-token', syntax);
    const drawn = { generation, answerText, answer, temperature };
    if (options.persist === true || again === redraws || !tried.has(attemptKey(drawn))) return drawn;
    temperature = raised(temperature);
  }
}

/** The verdict on an answer: that of an earlier turn when the attempt is the same, or else the environment's. */
async function* judge(
  answer: Answer,
  answerText: string,
  past: readonly PastTurn[],
  turn: number,
  environment: Environment,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, { readonly verdict: Verdict; readonly sameAs?: number }> {
  yield { kind: 'phase', turn, phase: 'evaluating' };
  const key = attemptKey({ answer, answerText });
  const same = past.find((earlier) => attemptKey(earlier) === key);
  if (same !== undefined) {
    yield { kind: 'verdict', turn, verdict: same.verdict, sameAs: same.turn };
    return { verdict: same.verdict, sameAs: same.turn };
  }
  if (answer.kind === 'unparsable') {
    const verdict = unchangedVerdict(answer, environment.task.baseline) ?? unparsableVerdict(answer);
    yield { kind: 'verdict', turn, verdict };
    return { verdict };
  }
  const events = during(
    (report: (event: LoopEvent) => void, signal) =>
      environment.evaluate(answer.attempt, turn, (event) => report({ kind: 'environment', turn, event }), signal),
    signal,
  );
  const verdict = yield* events;
  yield { kind: 'verdict', turn, verdict };
  return { verdict };
}

/** Adds the turn's number to what the two streams report. */
async function* steps<T>(
  turn: number,
  work: (report: (event: AdaptEvent) => void, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, T> {
  return yield* during((report: (event: LoopEvent) => void, signal) => {
    return work((event) => report({ ...event, turn }), signal);
  }, signal);
}

/** No session has as many turns, so no turn's seed is that of another one's second draw. */
const seedStride = 1000;

/** A different seed for each turn, the same for the same session seed (32 bits). */
function turnSeed(seed: number, turn: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(turn, 0xc2b2ae35)) >>> 0;
}
