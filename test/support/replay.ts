import { defaultArms } from '../../src/benchmarks/arms.ts';
import type { Benchmark, BenchmarkTask, TaskOptions } from '../../src/benchmarks/benchmark.ts';
import { type ReplayOptions, replay } from '../../src/benchmarks/replay.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../src/policy/generation.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { UpdateRequest } from '../../src/policy/update.ts';
import { hash32 } from '../../src/shared/random.ts';
import { block, verdict } from './loop.ts';
import { ScriptedPolicy } from './scripted-policy.ts';

/** Whoever reads this in an instruction answers rightly, where words are what is missing. */
const hint = 'mind the sign';

/**
 * Tasks of four kinds, one after the other: those that are solved at once, those that need words, those that need weights, and
 * those that need both. Only an answer of 42 passes.
 */
export function scriptedBenchmark(count: number): Benchmark & { readonly evaluated: string[] } {
  const evaluated: string[] = [];
  return {
    name: 'scripted',
    version: '1',
    evaluated,
    tasks: ({ limit = count }: TaskOptions) =>
      Array.from({ length: Math.min(limit, count) }, (_, i) => ({
        id: `task-${i}`,
        group: `group-${i % 3}`,
        hidden: ['the hidden answer is forty-two'],
      })),
    environment: ({ id }: BenchmarkTask) => ({
      task: {
        id,
        request: `Correct ${id}.`,
        targets: [{ path: 'src/a.js', text: 'export const a = 0;\n', language: 'js' }],
        neighbours: [],
      },
      async evaluate({ files }) {
        const text = files[0]!.text;
        evaluated.push(`${id} ${text.trim()}`);
        const judged = verdict(text.includes('= 42;') ? 'passed' : 'tests-failed', 'The attempt was rejected.');
        return { ...judged, milliseconds: 3 };
      },
    }),
    comment: (_task: BenchmarkTask, _turn: number, _verdict: unknown, random: () => number) =>
      ['No, that is wrong.', 'Wrong again.', 'It still fails.'][Math.floor(random() * 3)]!,
    dispose: async () => undefined,
  };
}

export interface RuleOptions {
  /** Called before every answer to a task. */
  readonly onAnswer?: (request: GenerateRequest, signal: AbortSignal) => Promise<void> | void;
  /** Instead of the hint. */
  readonly instruction?: string;
}

/** A policy that answers by the rules of {@link scriptedBenchmark}, from what it is told and what its adapters were trained on. */
export class RulePolicy extends ScriptedPolicy implements Policy {
  readonly #options: RuleOptions;
  readonly #updates = new Map<string, UpdateRequest[]>();
  attempts = 0;

  constructor(options: RuleOptions = {}) {
    super({ answers: [''], parameters: 1e6 });
    this.#options = options;
  }

  override async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    const messages = 'messages' in request.prompt ? request.prompt.messages : [];
    const said = messages.map(({ content }) => content).join('\n');
    const isAttempt = said.startsWith('You fix code');
    if (isAttempt) {
      this.attempts++;
      this.requests.push(request);
      await this.#options.onAnswer?.(request, signal);
    } else this.critiques.push(request);
    const task = Number(/task-(\d+)/.exec(said)![1]);
    const text = isAttempt ? this.#answer(request, task, said) : this.#critique();
    yield { kind: 'token', id: 0, text };
    const turn = messages.filter(({ role }) => role === 'assistant').length + 1;
    return {
      text,
      promptTokens: [1000 + task, turn],
      responseTokens: [task, hash32(text) % 1000],
      finish: signal.aborted ? 'cancelled' : 'stop-token',
      seed: request.sampling?.seed ?? 0,
      timings: { reusedTokens: 0, prefillMs: 2, decodeMs: 5 },
    };
  }

  #answer({ adapter, sampling }: GenerateRequest, task: number, said: string): string {
    const trained = (this.#updates.get(adapter?.session ?? '') ?? []).some(
      ({ promptTokens }) => promptTokens[0] === 1000 + task,
    );
    const told = said.includes(hint);
    const right = [true, told, trained, told && trained][task % 4];
    return block(`export const a = ${right ? 42 : -(sampling?.seed ?? 0) - 1};`);
  }

  #critique(): string {
    const instruction =
      this.#options.instruction ?? `Please ${hint}, keep the rest, and return the whole target in one code block.`;
    return `Kind: wrong-result\nCause: the sign is wrong\n<instruction>\n${instruction}\n</instruction>`;
  }

  override async update(request: UpdateRequest, signal: AbortSignal) {
    const name = request.adapter.session!;
    this.#updates.set(name, [...(this.#updates.get(name) ?? []), request]);
    return super.update(request, signal);
  }
}

export const scriptedOptions: Omit<ReplayOptions, 'directory'> = {
  arms: defaultArms,
  seeds: 1,
  maxTurns: 5,
  tasks: { split: 'heldout' },
  model: { digest: 'abc', name: 'scripted', parameters: 1e6, dtype: 'fp32', provider: 'cpu' },
};

export async function scriptedReplay(
  directory: string,
  change: Partial<ReplayOptions> & {
    readonly count?: number;
    readonly policies?: readonly Policy[];
    readonly batch?: number;
  } = {},
  signal = new AbortController().signal,
) {
  const { count = 8, policies = [new RulePolicy()], batch, ...options } = change;
  const host = { policies, ...(batch !== undefined && { batch }) };
  return replay(scriptedBenchmark(count), { ...scriptedOptions, ...options, directory }, host, signal);
}
