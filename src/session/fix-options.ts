import type { LoopEvent, Method } from '../agent/events.ts';
import type { Verdict } from '../agent/verdict.ts';
import type { SamplingOptions } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import type { UpdateOptions } from '../policy/update.ts';

export interface FixOptions {
  /** The workspace folder. */
  readonly folder: string;
  /** What is wrong, in the developer's words. */
  readonly request: string;
  /** `path`, `path:line` or `path:symbol`; none = found from the failing tests. */
  readonly target?: readonly string[];
  readonly testCommand?: string;
  /** Default `rosa2`. */
  readonly method?: Method;
  /** Default 5. */
  readonly maxTurns?: number;
  readonly switchTurn?: number;
  /** Of one run of the tests, in ms. Default: 10 minutes. */
  readonly timeoutMs?: number;
  readonly sampling?: Pick<SamplingOptions, 'temperature' | 'topP' | 'topK' | 'minP'>;
  readonly update?: UpdateOptions;
  readonly maxAnswerTokens?: number;
  /** The target may be a test file, and a reward may be earned even if protected files changed. */
  readonly allowTestChanges?: boolean;
  /** Use and, on acceptance, train the adapter of this workspace. Default true. */
  readonly learn?: boolean;
  /** Default: drawn at random and recorded. */
  readonly seed?: number;
  /** Default: {@link stateRoot}. */
  readonly storageRoot?: string;
  /**
   * Id of an interrupted session to resume; its request, target, test command, method, turns and seed replace those given here.
   */
  readonly resume?: string;
  /** Events of a record whose attempts are used instead of a model's. */
  readonly recorded?: readonly LoopEvent[];
}

/** What the session needs from the program that runs it. */
export interface FixHost {
  /** Who runs it, for the developer whose other session finds the folder locked: `retune fix`, `VS Code`. Default `retune`. */
  readonly program?: string;
  /**
   * Opens the model; called once, while the tests run for the first time. Absent where recorded attempts are used without a
   * model.
   */
  policy?(signal: AbortSignal): Promise<Policy>;
  /** The developer's follow-up after a failed turn; '' = none. */
  comment(turn: number, verdict: Verdict, signal: AbortSignal): Promise<string>;
}
