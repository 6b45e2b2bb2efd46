import * as vscode from 'vscode';
import type { Verdict } from '../../agent/verdict.ts';
import type { FixEvent } from '../../session/fix-events.ts';
import type { Context } from '../context.ts';
import { askComment } from '../input-boxes.ts';
import { readSetting } from '../read-setting.ts';
import type { SessionEnd } from '../worker/protocol.ts';
import type { SessionListener } from '../worker-client.ts';
import { logLine } from './log-line.ts';
import { advance, atStart, type Progress, progressText, withTokens } from './progress.ts';
import type { SessionHandle } from './session-handle.ts';

/** Interval between updates of the notification and the status bar, in ms. */
const repaintMs = 100;

/** How the loop ended, and the last verdict. */
export interface EndedSession extends SessionEnd {
  readonly verdict: Verdict | undefined;
}

/** Runs a session's loop to its end, with its progress and Stop in a notification, and its events in the log. */
export async function followSession(
  context: Context,
  session: SessionHandle,
  maxTurns: number,
  stop: AbortController,
): Promise<EndedSession> {
  const location = vscode.ProgressLocation.Notification;
  const options = { location, title: vscode.l10n.t('Retune'), cancellable: true };
  return vscode.window.withProgress(options, async (notification, token) => {
    token.onCancellationRequested(() => stop.abort());
    const follower = new Follower(context, maxTurns, (message) => notification.report({ message }));
    follower.paint();
    const timer = setInterval(() => follower.paint(), repaintMs);
    try {
      const end = await session.run(follower, stop.signal);
      return { ...end, verdict: follower.verdict };
    } finally {
      clearInterval(timer);
    }
  });
}

/** Listens to a session and shows how far it is. */
class Follower implements SessionListener {
  readonly #context: Context;
  readonly #maxTurns: number;
  readonly #report: (text: string) => void;
  #progress: Progress = atStart;
  #painted = '';
  /** The last one so far. */
  verdict: Verdict | undefined;

  constructor(context: Context, maxTurns: number, report: (text: string) => void) {
    this.#context = context;
    this.#maxTurns = maxTurns;
    this.#report = report;
  }

  paint(): void {
    const text = progressText(this.#progress, this.#maxTurns, vscode.l10n.t);
    if (text === this.#painted) return;
    this.#painted = text;
    this.#report(text);
    this.#context.status.running(text);
  }

  event(event: FixEvent): void {
    const line = logLine(event);
    if (line !== undefined) this.#context.log[line.level](line.text);
    this.#progress = advance(this.#progress, event);
    if (event.kind === 'verdict' || event.kind === 'nothing-to-fix') this.verdict = event.verdict;
  }

  tokens(count: number): void {
    this.#progress = withTokens(this.#progress, count);
  }

  async comment({ turn, verdict }: { readonly turn: number; readonly verdict: Verdict }, signal: AbortSignal) {
    return readSetting('askForComments', this.#context.log) ? askComment(turn, verdict, signal) : '';
  }
}
