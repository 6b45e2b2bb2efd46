import { modelWeights } from '../../src/agent/adapt.ts';
import { type CoadaptDependencies, type CoadaptOptions, coadapt } from '../../src/agent/coadapt.ts';
import type { Environment, EnvironmentEvent } from '../../src/agent/environment.ts';
import type { LoopEvent, Outcome } from '../../src/agent/events.ts';
import type { Attempt, Task } from '../../src/agent/task.ts';
import { rewardOf, type Verdict, type VerdictReason } from '../../src/agent/verdict.ts';
import type { WordsStream } from '../../src/agent/words/words.ts';
import { type Script, ScriptedPolicy } from './scripted-policy.ts';

export const task: Task = {
  id: 't',
  request: 'add returns the difference',
  targets: [{ path: 'src/add.js', text: 'export const add = (a, b) => a - b;\n', language: 'js' }],
  neighbours: [],
};

/** An answer whose attempt is `text`. */
export function block(text: string): string {
  return `\`\`\`js\n${text}\n\`\`\``;
}

export function verdict(reason: VerdictReason, detail = `the reason is ${reason}`): Verdict {
  const reward = rewardOf[reason];
  const counts = { passed: reward === 1 ? 1 : 0, failed: reward === -1 ? 1 : 0, skipped: 0, errored: 0 };
  return { reward, reason, detail, ...counts, tests: [], output: '', milliseconds: 1 };
}

/** Gives a verdict by rule; everything it was asked is noted. */
export class ScriptedEnvironment implements Environment {
  readonly task: Task;
  readonly evaluated: Attempt[] = [];
  /** The turn of each attempt in `evaluated`. */
  readonly turns: number[] = [];
  readonly #judge: (text: string, signal: AbortSignal) => VerdictReason | Promise<VerdictReason>;

  constructor(judge: (text: string, signal: AbortSignal) => VerdictReason | Promise<VerdictReason>, on: Task = task) {
    this.task = on;
    this.#judge = judge;
  }

  async evaluate(
    attempt: Attempt,
    turn: number,
    onEvent: (event: EnvironmentEvent) => void,
    signal: AbortSignal,
  ): Promise<Verdict> {
    this.evaluated.push(attempt);
    this.turns.push(turn);
    onEvent({ kind: 'tests', scope: 'all', command: 'test' });
    return verdict(await this.#judge(attempt.files[0]?.text.trim() ?? '', signal));
  }
}

export const scriptedWords: WordsStream = async ({ turn }) => ({
  instruction: `instruction after turn ${turn}`,
  source: 'model',
  critique: {
    kind: 'wrong-result',
    quotes: [],
    rootCause: `cause of turn ${turn}`,
    attribution: 'capability',
    requirements: [],
    unknowns: [],
  },
  calls: [],
});

export interface LoopRun {
  readonly events: readonly LoopEvent[];
  readonly outcome: Outcome;
  readonly policy: ScriptedPolicy;
  readonly environment: ScriptedEnvironment;
}

/** Runs the loop with scripted parts to its end. */
export async function runLoop(
  script: Script & { readonly judge: ConstructorParameters<typeof ScriptedEnvironment>[0] },
  options: Partial<CoadaptOptions> = {},
  parts: Partial<CoadaptDependencies> & {
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: LoopEvent) => void;
    readonly task?: Task;
  } = {},
): Promise<LoopRun> {
  const policy = new ScriptedPolicy(script);
  const { signal = new AbortController().signal, onEvent, task: on, ...dependencies } = parts;
  const environment = new ScriptedEnvironment(script.judge, on);
  const loop = coadapt(
    { method: 'rosa2', maxTurns: 5, seed: 1, adapter: { session: 's' }, ...options },
    {
      policy,
      environment,
      words: scriptedWords,
      weights: modelWeights(policy, { session: 's' }),
      comment: async () => '',
      ...dependencies,
    },
    signal,
  );
  const events: LoopEvent[] = [];
  for (;;) {
    const next = await loop.next();
    if (next.done) return { events, outcome: next.value, policy, environment };
    events.push(next.value);
    onEvent?.(next.value);
  }
}
