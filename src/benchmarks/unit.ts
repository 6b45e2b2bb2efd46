import type { Environment } from '../agent/environment.ts';
import type { Attempt } from '../agent/task.ts';
import { attemptKey } from '../agent/turn.ts';
import type { Verdict } from '../agent/verdict.ts';
import type { Critic } from '../agent/words/model-words.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../policy/generation.ts';
import { hash32, mulberry32 } from '../shared/random.ts';
import type { Benchmark, BenchmarkTask } from './benchmark.ts';

/**
 * What the sessions of all arms at one task with one seed have in common: seeds, comments, verdicts on equal attempts, and what
 * the critic says to equal questions (it is greedy and has no adapter). Sharing saves time and keeps the arms comparable.
 */
export class Unit {
  readonly task: BenchmarkTask;
  readonly seed: number;
  /** Of the session: sampling and adapters are derived from it, the same in every arm. */
  readonly sessionSeed: number;
  readonly environment: Environment;
  readonly #benchmark: Benchmark;

  constructor(benchmark: Benchmark, task: BenchmarkTask, seed: number) {
    this.#benchmark = benchmark;
    this.task = task;
    this.seed = seed;
    this.sessionSeed = hash32(JSON.stringify([benchmark.name, task.id, seed]));
    this.environment = judgingOnce(benchmark.environment(task));
  }

  /** The developer says the same after a turn in every arm, as far as the verdicts are the same. */
  comment(turn: number, verdict: Verdict): string {
    const random = mulberry32(hash32(JSON.stringify(['comment', this.#benchmark.name, this.task.id, this.seed, turn])));
    return this.#benchmark.comment(this.task, turn, verdict, random);
  }
}

/** An environment that judges equal attempts once. */
export function judgingOnce(environment: Environment): Environment {
  const known = new Map<string, Promise<Verdict>>();
  return {
    task: environment.task,
    evaluate(attempt: Attempt, turn, onEvent, signal) {
      const key = attemptKey({ answer: { kind: 'attempt', attempt, form: 'block' }, answerText: '' });
      const earlier = known.get(key);
      if (earlier !== undefined) return earlier;
      const verdict = environment.evaluate(attempt, turn, onEvent, signal);
      known.set(key, verdict);
      verdict.catch(() => known.delete(key));
      return verdict;
    },
  };
}

/** A critic that is asked equal questions once, and the time that its answers would have taken. */
export class RememberingCritic implements Critic {
  readonly info: Critic['info'];
  readonly countTokens: Critic['countTokens'];
  readonly #critic: Critic;
  readonly #known = new Map<string, { readonly generation: Generation; readonly ms: number }>();

  constructor(critic: Critic) {
    this.#critic = critic;
    this.info = critic.info;
    this.countTokens = (prompt, signal) => critic.countTokens(prompt, signal);
  }

  /** The critic for one session. `spend` gets the milliseconds of every answer, remembered or not. */
  metered(spend: (ms: number) => void): Critic {
    return {
      info: this.info,
      countTokens: this.countTokens,
      generate: (request, signal) => this.#generate(request, spend, signal),
    };
  }

  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    return this.#generate(request, () => undefined, signal);
  }

  async *#generate(
    request: GenerateRequest,
    spend: (ms: number) => void,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationEvent, Generation> {
    const key = JSON.stringify(request);
    let known = this.#known.get(key);
    if (known === undefined) {
      const generation = yield* this.#critic.generate(request, signal);
      // Not the wall time: the update that runs at the same time may have had the model first.
      known = { generation, ms: generation.timings.prefillMs + generation.timings.decodeMs };
      // A sampled answer is drawn anew each time, and a cancelled one is none.
      if (request.sampling?.temperature === 0 && generation.finish !== 'cancelled') this.#known.set(key, known);
    }
    spend(known.ms);
    return known.generation;
  }
}
