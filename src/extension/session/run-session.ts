import * as vscode from 'vscode';
import type { Verdict } from '../../agent/verdict.ts';
import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import type { FixEvent } from '../../session/fix-events.ts';
import type { Context } from '../context.ts';
import { busy, isWorkerEnded } from '../errors.ts';
import { askComment } from '../input-boxes.ts';
import { notification } from '../notifications.ts';
import { readSetting } from '../read-setting.ts';
import { Review } from '../review/review.ts';
import { showError } from '../show-error.ts';
import type { Subject } from '../subject.ts';
import type { SessionEnd } from '../worker/protocol.ts';
import type { SessionListener } from '../worker-client.ts';
import { logLine } from './log-line.ts';
import { outcomeText } from './outcome-text.ts';
import { advance, atStart, type Progress, progressText, withTokens } from './progress.ts';
import { SessionHandle } from './session-handle.ts';
import { sessionRequest } from './session-request.ts';

/** The notification and the status bar are repainted at most so often, ms. */
const repaintMs = 100;

/** How a loop ended, and the last verdict. */
interface Ended extends SessionEnd {
  readonly verdict: Verdict | undefined;
}

/**
 * One session with progress and Stop, then its review.
 * @throws RetuneError `extension.busy`
 */
export async function runSession(context: Context, subject: Subject, request: string): Promise<void> {
  // While this command asked and saved, another may have begun; nothing is awaited between this check and the change.
  if (context.state.kind !== 'idle') throw busy();
  const stop = new AbortController();
  const over = Promise.withResolvers<void>();
  context.state = { kind: 'running', stop, over: over.promise };
  let session: SessionHandle | undefined;
  let ended: Ended | undefined;
  try {
    const opening = sessionRequest(context, subject, request);
    session = await SessionHandle.open(context.worker, opening);
    ended = await follow(context, session, opening.options.maxTurns ?? 0, stop);
  } catch (error) {
    void showError(error, context.log);
    // The session died with its thread; what it left in files is named by the next one.
    if (isWorkerEnded(error)) session = undefined;
  }
  let review: Review | undefined;
  try {
    review = session && (await reviewOf(context, session, subject, ended));
  } catch (error) {
    void showError(error, context.log);
    // Its lock on the folder would keep the next session out.
    await session?.dispose().catch((problem: unknown) => context.log.warn(String(problem)));
  }
  context.state = review === undefined ? { kind: 'idle' } : { kind: 'reviewing', review };
  over.resolve();
  if (ended === undefined && review === undefined) return;
  const text = outcomeText(ended?.outcome, ended?.verdict, review?.names ?? [], vscode.l10n.t);
  if (review !== undefined) await review.ask(text, ended?.outcome?.kind === 'solved');
  else void notification.information(text);
}

/** @returns undefined when no file was changed; the session is over then */
async function reviewOf(
  context: Context,
  session: SessionHandle,
  subject: Subject,
  ended: Ended | undefined,
): Promise<Review | undefined> {
  const changed: readonly FileDiff[] = await session.diff();
  if (changed.length > 0) return new Review(context, session, subject.folder.uri, changed);
  // It is decided, and not offered for undoing later.
  if (ended !== undefined && ended.outcome?.kind !== 'nothing-to-fix') await session.undo();
  await session.dispose();
  return undefined;
}

/** Shows the session's events until there are no more. */
async function follow(
  context: Context,
  session: SessionHandle,
  maxTurns: number,
  stop: AbortController,
): Promise<Ended> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Retune'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (notification, token) => {
    token.onCancellationRequested(() => stop.abort());
    let progress: Progress = atStart;
    let verdict: Verdict | undefined;
    let painted = '';
    const paint = () => {
      const text = progressText(progress, maxTurns, vscode.l10n.t);
      if (text === painted) return;
      painted = text;
      notification.report({ message: text });
      context.status.running(text);
    };
    const listener: SessionListener = {
      event: (event) => {
        note(context.log, event);
        progress = advance(progress, event);
        if (event.kind === 'verdict' || event.kind === 'nothing-to-fix') verdict = event.verdict;
      },
      tokens: (count) => {
        progress = withTokens(progress, count);
      },
      comment: async ({ turn, verdict }, signal) =>
        readSetting('askForComments', context.log) ? askComment(turn, verdict, signal) : '',
    };
    paint();
    const timer = setInterval(paint, repaintMs);
    try {
      return { ...(await session.run(listener, stop.signal)), verdict };
    } finally {
      clearInterval(timer);
    }
  });
}

function note(log: vscode.LogOutputChannel, event: FixEvent): void {
  const line = logLine(event);
  if (line !== undefined) log[line.level](line.text);
}
