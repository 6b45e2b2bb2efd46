import type { LoopEvent, Method } from '../agent/events.ts';
import type { Verdict } from '../agent/verdict.ts';
import type { BaselineEvent } from '../runners/verdict/baseline.ts';
import type { Action } from '../shared/errors/actions.ts';
import type { RetuneErrorJson } from '../shared/errors/retune-error.ts';

/** First line of a session's record. */
export interface SessionStart {
  readonly kind: 'session';
  readonly version: 1;
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly request: string;
  readonly target?: readonly string[];
  readonly testCommand?: string;
  readonly method: Method;
  readonly maxTurns: number;
  readonly seed: number;
  readonly promptVersion: number;
  /** Set when the attempts came from a record. */
  readonly recorded?: boolean;
  /** ISO 8601. */
  readonly started: string;
}

export interface Notice {
  readonly message: string;
  /** What the developer can do about it. */
  readonly actions?: readonly Action[];
}

/** Everything that happens between the request and the end of the loop, in order; what a session's record keeps. */
export type FixEvent =
  | SessionStart
  /** Something the developer should know but that stops nothing: an interrupted session, a damaged file set aside. */
  | ({ readonly kind: 'notice' } & Notice)
  | BaselineEvent
  | { readonly kind: 'baseline'; readonly verdict: Verdict; readonly flaky: readonly string[] }
  | {
      readonly kind: 'target';
      readonly files: readonly {
        readonly path: string;
        readonly symbol?: string;
        readonly firstLine?: number;
        readonly lastLine?: number;
      }[];
      readonly why: string;
    }
  /** `parameters` is absent where nobody says how many it has. */
  | { readonly kind: 'model'; readonly parameters?: number; readonly contextLength: number; readonly learnt: boolean }
  /** The loop continues an interrupted session, which had this number of turns. */
  | { readonly kind: 'resumed'; readonly turns: number }
  | LoopEvent
  /** No test fails, so nothing could judge an attempt. */
  | { readonly kind: 'nothing-to-fix'; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly error: RetuneErrorJson };

/** What became of an accepted answer in the workspace adapter: a new version, or why there is none. */
export interface LearningOutcome {
  readonly version?: number;
  readonly why?: string;
  readonly notices: readonly string[];
}

/** What became of a session's changes. */
export type DecisionEvent =
  | { readonly kind: 'kept'; readonly learnt?: LearningOutcome }
  | {
      readonly kind: 'undone';
      /** Files as they were before, and files that are gone because they did not exist before. */
      readonly restored: readonly string[];
      /** Files that now hold something else, with what to do. */
      readonly kept: readonly { readonly path: string; readonly why: string; readonly copy?: string }[];
      readonly notices: readonly string[];
    };
