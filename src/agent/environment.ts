import type { Attempt, Task } from './task.ts';
import type { Verdict } from './verdict.ts';

/** What an environment does with an attempt, as it happens. */
export type EnvironmentEvent =
  /** The state before this attempt is saved; nothing has been written yet. */
  | { readonly kind: 'snapshot'; readonly snapshot: string; readonly files: readonly string[] }
  /** The attempt's files are on disk. */
  | { readonly kind: 'applied'; readonly files: readonly string[] }
  | {
      readonly kind: 'tests';
      /** First the tests that failed before, then all tests, then all once more if one run is not proof enough. */
      readonly scope: 'failing' | 'all' | 'confirm';
      readonly command: string;
    }
  | {
      readonly kind: 'tested';
      readonly scope: 'failing' | 'all' | 'confirm';
      readonly passed: number;
      readonly failed: number;
      /** Of the run itself. */
      readonly milliseconds: number;
    };

/** What judges an attempt: a workspace folder, or a task of a benchmark. */
export interface Environment {
  readonly task: Task;
  /**
   * @param turn the turn of the attempt, from 1; an interrupted turn is evaluated again
   * @throws RetuneError `cancelled` when the signal fires; the tests' process tree is gone by then. Errors of the harness
   * that concern the attempt's evaluation are verdicts with an undefined reward; only what makes it pointless to continue (disk
   * full, folder gone) is thrown.
   */
  evaluate(
    attempt: Attempt,
    turn: number,
    onEvent: (event: EnvironmentEvent) => void,
    signal: AbortSignal,
  ): Promise<Verdict>;
}
