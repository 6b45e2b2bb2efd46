import { modelWeights, type WeightsStream } from '../agent/adapt.ts';
import { type CoadaptDependencies, type CoadaptOptions, coadapt } from '../agent/coadapt.ts';
import type { LoopEvent, Outcome } from '../agent/events.ts';
import type { MethodOptions } from '../agent/method.ts';
import type { Critic } from '../agent/words/critic.ts';
import { modelWords } from '../agent/words/model-words.ts';
import type { WordsStream } from '../agent/words/words.ts';
import type { AdapterSelection } from '../policy/adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import { cancelled } from '../shared/errors/cancelled.ts';
import { hash32 } from '../shared/random.ts';
import { type Arm, adaptsWeights, methodOptions } from './arms.ts';
import type { CachingCritic } from './caching.ts';
import { firstTurnDiffers } from './errors.ts';
import { withoutLeaks } from './leak.ts';
import { genericWords, placeboWeights } from './placebo.ts';
import type { FirstTurn, RunHeader, TaskRunResult, TurnResult } from './results.ts';
import type { Trial } from './trial.ts';
import { TurnCollector } from './turn-collector.ts';

export type RunSettings = RunHeader['settings'];

/** What task runs need in addition to their trial. */
export interface TaskRunParts {
  readonly policy: Policy;
  readonly critic: CachingCritic;
  readonly settings: RunSettings;
  readonly maxAnswerTokens?: number;
  /** Rejected answers to other tasks. */
  donations(trial: Trial): Iterator<Pick<FirstTurn, 'promptTokens' | 'responseTokens'>>;
  /** Checks that an adapter without effect gives the same first turn as the other arms; costs a generation. */
  readonly verifyFirst: boolean;
}

/** The first turn of a trial, before the arms diverge. @param adapter none, except to see what one has learnt */
export async function runFirstTurn(
  trial: Trial,
  parts: Pick<TaskRunParts, 'settings' | 'maxAnswerTokens'> & { readonly policy: CoadaptDependencies['policy'] },
  signal: AbortSignal,
  adapter: AdapterSelection = {},
): Promise<FirstTurn> {
  const collector = new TurnCollector(() => 0);
  const { generated } = await runLoop(
    trial,
    parts,
    { method: 'baseline', maxTurns: 1, adapter },
    {},
    collector,
    signal,
  );
  const { promptTokens, responseTokens } = generated!;
  const { id, group } = trial.task;
  return { kind: 'first', task: id, seed: trial.seed, group, turn: collector.turns[0]!, promptTokens, responseTokens };
}

/**
 * A trial run by one arm, from the first turn that all arms share to the end. Its adapter is made for it and dropped after it.
 */
export async function runTask(
  trial: Trial,
  arm: Arm,
  first: FirstTurn,
  parts: TaskRunParts,
  signal: AbortSignal,
): Promise<TaskRunResult> {
  const started = performance.now();
  const { turns, outcome } = arm.resample
    ? await resample(trial, first, parts, signal)
    : await adaptively(trial, arm, first, parts, signal);
  const milliseconds = Math.round(performance.now() - started);
  return { kind: 'session', arm: arm.name, task: trial.task.id, seed: trial.seed, turns, outcome, milliseconds };
}

/** Number of adapters made so far: a name is never used again, because a crash may have left an adapter behind. */
let adapters = 0;

type TaskRunEnd = Pick<TaskRunResult, 'turns' | 'outcome'>;

async function adaptively(
  trial: Trial,
  arm: Arm,
  first: FirstTurn,
  parts: TaskRunParts,
  signal: AbortSignal,
): Promise<TaskRunEnd> {
  const { policy, settings, critic } = parts;
  const { maxTurns, update } = settings;
  let criticMs = 0;
  const collector = new TurnCollector(() => criticMs, first.turn);
  const streams = async (adapter: AdapterSelection): Promise<TaskRunEnd> => {
    const real = modelWeights(policy, adapter, update);
    const { outcome } = await runLoop(
      trial,
      { ...parts, policy: withFirst(policy, first, parts.verifyFirst ? arm.name : undefined) },
      { ...methodOptions(arm, maxTurns), maxTurns, adapter },
      {
        words: wordsOf(
          trial,
          arm,
          critic.metered((ms) => {
            criticMs += ms;
          }),
        ),
        weights: arm.weights === 'placebo' ? placeboWeights(real, parts.donations(trial)) : real,
      },
      collector,
      signal,
    );
    return { turns: collector.turns, outcome: outcome.kind as TaskRunResult['outcome'] };
  };
  if (!adaptsWeights(arm, maxTurns)) return streams({});
  const name = `replay-${arm.name}-${adapters++}`;
  await policy.adapters.create({ name, kind: 'session', seed: trial.loopSeed });
  try {
    return await streams({ session: name });
  } finally {
    // What failed before matters more than a sidecar that lost the adapter when it crashed.
    await policy.adapters.drop(name).catch(() => undefined);
  }
}

function wordsOf(trial: Trial, arm: Arm, critic: Critic): WordsStream {
  return arm.words === 'placebo' ? genericWords : withoutLeaks(modelWords(critic), trial.task.hidden);
}

/**
 * E2: as many attempts as the others have turns, each from the task's prompt alone; it stops like the others when one passes.
 */
async function resample(trial: Trial, first: FirstTurn, parts: TaskRunParts, signal: AbortSignal): Promise<TaskRunEnd> {
  const turns: TurnResult[] = [first.turn];
  while (turns.at(-1)!.reward !== 1 && turns.length < parts.settings.maxTurns) {
    const collector = new TurnCollector(() => 0);
    const seed = hash32(JSON.stringify(['resample', trial.loopSeed, turns.length + 1]));
    const { outcome } = await runLoop(trial, parts, { method: 'baseline', maxTurns: 1, seed }, {}, collector, signal);
    turns.push({ ...collector.turns[0]!, turn: turns.length + 1 });
    if (outcome.kind === 'blocked') return { turns, outcome: 'blocked' };
  }
  return { turns, outcome: turns.at(-1)!.reward === 1 ? 'solved' : 'turn-limit' };
}

interface LoopOptions extends MethodOptions {
  readonly maxTurns: number;
  readonly adapter?: AdapterSelection;
  readonly seed?: number;
}

/** Runs the product's own loop to its end and collects the turns. */
async function runLoop(
  trial: Trial,
  {
    policy,
    settings,
    maxAnswerTokens,
  }: Pick<TaskRunParts, 'settings' | 'maxAnswerTokens'> & {
    readonly policy: CoadaptDependencies['policy'];
  },
  { maxTurns, adapter = {}, seed = trial.loopSeed, ...method }: LoopOptions,
  streams: { readonly words?: WordsStream; readonly weights?: WeightsStream },
  collector: TurnCollector,
  signal: AbortSignal,
): Promise<{ readonly outcome: Outcome; readonly generated?: GeneratedEvent }> {
  const options: CoadaptOptions = {
    ...method,
    maxTurns,
    seed,
    adapter,
    sampling: { temperature: settings.temperature, topP: settings.topP },
    ...(maxAnswerTokens !== undefined && { maxAnswerTokens }),
    // All arms get the same number of attempts, however often one repeats itself.
    persist: true,
  };
  const loop = coadapt(
    options,
    {
      policy,
      environment: trial.environment,
      words: streams.words ?? unused,
      weights: streams.weights ?? unused,
      comment: async (turn, verdict) => trial.comment(turn, verdict),
    },
    signal,
  );
  let generated: GeneratedEvent | undefined;
  for (;;) {
    const next = await loop.next();
    if (next.done) {
      if (next.value.kind === 'stopped') throw cancelled('The task run');
      return { outcome: next.value, ...(generated !== undefined && { generated }) };
    }
    if (next.value.kind === 'generated') generated = next.value;
    collector.add(next.value);
  }
}

type GeneratedEvent = Extract<LoopEvent, { readonly kind: 'generated' }>;

const unused = async (): Promise<never> => {
  throw new Error('This method does not use the stream.');
};

/**
 * A policy whose first answer is the shared one.
 * @param verify the arm's name, to generate the answer nevertheless and compare.
 */
function withFirst(policy: Policy, first: FirstTurn, verify: string | undefined): CoadaptDependencies['policy'] {
  let shared = true;
  return {
    info: policy.info,
    countTokens: (prompt, signal) => policy.countTokens(prompt, signal),
    async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
      if (!shared) return yield* policy.generate(request, signal);
      shared = false;
      const { promptTokens, responseTokens, turn } = first;
      if (verify !== undefined) {
        const made = yield* policy.generate(request, signal);
        const same = equal(made.promptTokens, promptTokens) && equal(made.responseTokens, responseTokens);
        if (made.finish !== 'cancelled' && !same) throw firstTurnDiffers(first.task, first.seed, verify);
      }
      return {
        text: turn.text,
        promptTokens,
        responseTokens,
        finish: turn.finish as Generation['finish'],
        seed: request.sampling?.seed ?? 0,
        timings: { reusedTokens: 0, prefillMs: 0, decodeMs: 0 },
      };
    },
  };
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
