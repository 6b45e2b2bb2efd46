import type { Benchmark, BenchmarkTask } from '../../src/benchmarks/benchmark.ts';
import { noTasks } from '../../src/benchmarks/errors.ts';
import { clusterBootstrap } from '../../src/benchmarks/intervals.ts';
import type { FirstTurn } from '../../src/benchmarks/results.ts';
import { runFirstTurn } from '../../src/benchmarks/task-run.ts';
import { Trial } from '../../src/benchmarks/trial.ts';
import type { AdapterSelection } from '../../src/policy/adapters.ts';
import type { Policy } from '../../src/policy/policy.ts';

/**
 * What a model forgets: answers to tasks of one family are accepted one after another and learnt (adaptation §6), and its first
 * attempts at tasks of other families are judged before and after.
 */
export interface ForgettingOptions {
  /** The family that is learnt. Default: the one with most tasks. */
  readonly family?: string;
  /** Number of accepted answers. */
  readonly fixes: number;
  /** Number of tasks of other families that are asked before and after, greedily. */
  readonly others: number;
  /** Maximum number of tasks to choose from. */
  readonly limit: number;
  readonly split: 'heldout' | 'train';
}

/** An answer that passed, with the exact tokens. */
type AcceptedAnswer = Pick<FirstTurn, 'task' | 'promptTokens' | 'responseTokens'>;

/** A way to learn accepted answers, with its guards or without. */
export interface Learner {
  readonly name: string;
  /** @returns why nothing was learnt; undefined when it was */
  learn(accepted: AcceptedAnswer, signal: AbortSignal): Promise<string | undefined>;
  /** The adapters to ask with after everything was learnt. */
  learnt(signal: AbortSignal): Promise<AdapterSelection>;
}

export interface ForgettingResult {
  readonly family: string;
  /** Number of accepted answers; fewer than asked for when too few tasks of the family were solved. */
  readonly fixes: number;
  readonly ownTasks: number;
  readonly otherTasks: number;
  /** Shares solved by the first attempt without an adapter. */
  readonly before: { readonly own: number; readonly others: number };
  readonly after: readonly {
    readonly learner: string;
    /** Number of answers that were learnt; `refused` counts the others by the guard that refused them. */
    readonly learnt: number;
    readonly refused: Readonly<Record<string, number>>;
    readonly own: number;
    readonly others: number;
    /** Change of `others`, with a 95 % bootstrap interval over tasks. */
    readonly change: number;
    readonly changeLow: number;
    readonly changeHigh: number;
  }[];
}

/** Maximum number of sampled attempts at a task until one passes. */
const mostSamples = 4;
/** Maximum number of passes over the family's tasks, with other samples, until there are enough answers. */
const rounds = 4;
const ownShown = 40;

export async function forgetting(
  benchmark: Benchmark,
  policy: Policy,
  learners: readonly Learner[],
  options: ForgettingOptions,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<ForgettingResult> {
  const { own, others, family } = chosenTasks(benchmark, options);
  const ask = asker(benchmark, policy, signal);
  const accepted: AcceptedAnswer[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, task] of own.entries()) {
      if (accepted.length >= options.fixes) break;
      onProgress(`${family}: ${accepted.length} of ${options.fixes} fixes, task ${index + 1} of ${own.length}`);
      const answer = await passing(task, ask, round * mostSamples);
      if (answer !== undefined) accepted.push(answer);
    }
  }
  const measure = async (what: string, adapter: AdapterSelection) => {
    const solved = async (tasks: readonly BenchmarkTask[]): Promise<readonly number[]> => {
      const shares: number[] = [];
      for (const task of tasks) {
        onProgress(`${what}: ${shares.length} of ${tasks.length} tasks asked`);
        shares.push(Number((await ask(task, 1, 0, adapter)).turn.reward === 1));
      }
      return shares;
    };
    return { own: await solved(own.slice(0, ownShown)), others: await solved(others) };
  };
  const before = await measure('before', {});
  const after: ForgettingResult['after'][number][] = [];
  for (const learner of learners) {
    let learnt = 0;
    const refused: Record<string, number> = {};
    for (const [index, answer] of accepted.entries()) {
      onProgress(`${learner.name}: ${index} of ${accepted.length} answers, ${learnt} learnt`);
      const why = await learner.learn(answer, signal);
      if (why === undefined) learnt++;
      else refused[why] = (refused[why] ?? 0) + 1;
    }
    const now = await measure(learner.name, await learner.learnt(signal));
    const change = clusterBootstrap(now.others.map((solved, i) => [solved - before.others[i]!]));
    after.push({
      learner: learner.name,
      learnt,
      refused,
      own: mean(now.own),
      others: mean(now.others),
      change: change.mean,
      changeLow: change.low,
      changeHigh: change.high,
    });
  }
  return {
    family,
    fixes: accepted.length,
    ownTasks: Math.min(own.length, ownShown),
    otherTasks: others.length,
    before: { own: mean(before.own), others: mean(before.others) },
    after,
  };
}

function chosenTasks(benchmark: Benchmark, { family: named, others: count, limit, split }: ForgettingOptions) {
  const tasks = benchmark.tasks({ split, limit });
  const sizes = new Map<string, number>();
  for (const { group } of tasks) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const family = named ?? [...sizes].sort(([, a], [, b]) => b - a)[0]?.[0];
  const own = tasks.filter(({ group }) => group === family);
  if (family === undefined || own.length === 0) throw noTasks(benchmark.name, `${split}, family ${family}`);
  return { own, others: tasks.filter(({ group }) => group !== family).slice(0, count), family };
}

type AskFunction = (
  task: BenchmarkTask,
  seed: number,
  temperature: number,
  adapter?: AdapterSelection,
) => Promise<FirstTurn>;

function asker(benchmark: Benchmark, policy: Policy, signal: AbortSignal): AskFunction {
  const { maxAnswerTokens } = benchmark;
  return (task, seed, temperature, adapter) =>
    runFirstTurn(
      new Trial(benchmark, task, seed),
      {
        policy,
        settings: { maxTurns: 1, switchTurn: 1, temperature, topP: 0.95, update: {} },
        ...(maxAnswerTokens !== undefined && { maxAnswerTokens }),
      },
      signal,
      adapter,
    );
}

/** An attempt that the tests accept, as the model gives it without an adapter. */
async function passing(task: BenchmarkTask, ask: AskFunction, before: number): Promise<AcceptedAnswer | undefined> {
  for (let seed = 1; seed <= mostSamples; seed++) {
    const answer = await ask(task, before + seed, 0.7);
    if (answer.turn.reward === 1) return answer;
  }
  return undefined;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
