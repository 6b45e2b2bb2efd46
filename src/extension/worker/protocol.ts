import type { Outcome } from '../../agent/events.ts';
import type { Verdict } from '../../agent/verdict.ts';
import type { PolicySettings } from '../../connect/settings.ts';
import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import type { DecisionEvent, FixEvent } from '../../session/fix-events.ts';
import type { FixOptions } from '../../session/fix-options.ts';
import type { UndoableSession } from '../../session/sessions.ts';

/** The model as the settings name it; '' is the embedded one where checkpoints are opened. */
export interface ModelSettings extends PolicySettings {
  /** Where the embedded model lies in builds that have one. */
  readonly embedded: string;
}

export interface OpenSession {
  readonly options: Omit<FixOptions, 'recorded'>;
  readonly model: ModelSettings;
  /** Path of a record whose attempts are used. */
  readonly recorded?: string;
}

/** How a session's loop ended. */
export interface SessionEnd {
  readonly outcome: Outcome | { readonly kind: 'nothing-to-fix' } | undefined;
}

/** What the worker does for the editor; everything that a session needs and that must not hold up the extension host. */
export type WorkerAnswers = {
  /** Sessions of a folder that ended without a decision, newest first. */
  undecided(folder: string, signal: AbortSignal): Promise<readonly UndoableSession[]>;
  decideLater(
    params: { readonly folder: string; readonly id: string; readonly decision: 'keep' | 'undo' },
    signal: AbortSignal,
  ): Promise<DecisionEvent>;
  /** Begins a session. @returns its id */
  open(params: OpenSession, signal: AbortSignal): Promise<string>;
  /** Runs its loop to the end, or until it is cancelled. */
  run(id: string, signal: AbortSignal): Promise<SessionEnd>;
  diff(id: string, signal: AbortSignal): Promise<readonly FileDiff[]>;
  keep(id: string, signal: AbortSignal): Promise<DecisionEvent>;
  undo(id: string, signal: AbortSignal): Promise<DecisionEvent>;
  dispose(id: string, signal: AbortSignal): Promise<void>;
  /** Ends the sidecar. */
  close(params: null, signal: AbortSignal): Promise<void>;
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the editor does for the worker. */
export type EditorAnswers = {
  comment(params: { readonly turn: number; readonly verdict: Verdict }, signal: AbortSignal): Promise<string>;
  /** Every event of a session but single tokens. */
  event(event: FixEvent): void;
  /** Tokens of the answer so far, a few times a second. */
  tokens(count: number): void;
  log(line: { readonly level: LogLevel; readonly text: string }): void;
};
