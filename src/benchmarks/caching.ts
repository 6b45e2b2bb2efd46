import type { Environment } from '../agent/environment.ts';
import type { Attempt } from '../agent/task.ts';
import { attemptKey } from '../agent/turn.ts';
import type { Verdict } from '../agent/verdict.ts';
import type { Critic } from '../agent/words/critic.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../policy/generation.ts';

/** An environment that judges equal attempts once. */
export function cachingVerdicts(environment: Environment): Environment {
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

/** A critic that answers equal questions from memory, and still accounts for the time that the answers took. */
export class CachingCritic implements Critic {
  readonly info: Critic['info'];
  readonly countTokens: Critic['countTokens'];
  readonly #critic: Critic;
  readonly #known = new Map<string, { readonly generation: Generation; readonly ms: number }>();

  constructor(critic: Critic) {
    this.#critic = critic;
    this.info = critic.info;
    this.countTokens = (prompt, signal) => critic.countTokens(prompt, signal);
  }

  /** The critic for one task run. `spend` receives the milliseconds of every answer, cached or not. */
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
      // A sampled answer is drawn again each time, and a cancelled one is not an answer.
      if (request.sampling?.temperature === 0 && generation.finish !== 'cancelled') this.#known.set(key, known);
    }
    spend(known.ms);
    return known.generation;
  }
}
