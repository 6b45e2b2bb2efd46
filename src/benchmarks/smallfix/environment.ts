import type { Environment, EnvironmentEvent } from '../../agent/environment.ts';
import type { Attempt, Task } from '../../agent/task.ts';
import type { Verdict } from '../../agent/verdict.ts';
import { agentTask } from './agent-task.ts';
import { JudgePool } from './judge/pool.ts';
import type { SmallFixTask } from './task.ts';
import { type EvidenceLevel, verdictOf } from './verdict.ts';

export interface SmallFixEnvironmentOptions {
  /** Default L0. */
  readonly evidence?: EvidenceLevel;
  /** Shared by the environments of a run; its owner closes it. Default: one for the process. */
  readonly pool?: JudgePool;
  /** For all tests of an attempt together. Default 2000. */
  readonly milliseconds?: number;
}

let common: JudgePool | undefined;

/** A task of the benchmark, judged by running its hidden tests in a process, each attempt in a realm of its own. */
export class SmallFixEnvironment implements Environment {
  readonly task: Task;
  readonly #hidden: SmallFixTask;
  readonly #options: SmallFixEnvironmentOptions;

  constructor(task: SmallFixTask, options: SmallFixEnvironmentOptions = {}) {
    this.task = agentTask(task);
    this.#hidden = task;
    this.#options = options;
  }

  async evaluate(
    attempt: Attempt,
    _turn: number,
    onEvent: (event: EnvironmentEvent) => void,
    signal: AbortSignal,
  ): Promise<Verdict> {
    const { tests, symbol, path, text } = this.#hidden;
    const { evidence = 'L0', milliseconds = 2000 } = this.#options;
    onEvent({ kind: 'tests', scope: 'all', command: 'hidden tests' });
    common ??= new JudgePool();
    const source = attempt.files.find((file) => file.path === path)?.text ?? text;
    const started = performance.now();
    const request = { source, symbol, calls: tests.map(({ args }) => args), milliseconds };
    const outcome = await (this.#options.pool ?? common).run(request, signal);
    return verdictOf({ path, symbol, tests }, outcome, evidence, Math.round(performance.now() - started));
  }
}
