import * as vscode from 'vscode';
import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import type { Context } from '../context.ts';
import { busy, isWorkerEnded } from '../errors.ts';
import { notification } from '../notifications.ts';
import { Review } from '../review/review.ts';
import { showError } from '../show-error.ts';
import type { Subject } from '../subject.ts';
import { type EndedSession, followSession } from './follow-session.ts';
import { outcomeText } from './outcome-text.ts';
import { SessionHandle } from './session-handle.ts';
import { sessionRequest } from './session-request.ts';

/** Each is undefined after an error, of which the developer has been told. */
interface SessionRun {
  readonly session: SessionHandle | undefined;
  readonly ended: EndedSession | undefined;
}

/**
 * One session with progress and Stop, then its review.
 * @throws RetuneError `extension.busy`
 */
export async function runSession(context: Context, subject: Subject, request: string): Promise<void> {
  // While this command asked and saved, another session may have begun. Nothing is awaited between this check and the change.
  if (context.state.kind !== 'idle') throw busy();
  const stop = new AbortController();
  const over = Promise.withResolvers<void>();
  context.state = { kind: 'running', stop, over: over.promise };
  const { session, ended } = await runLoop(context, subject, request, stop);
  const review = session && (await beginReview(context, session, subject, ended));
  context.state = review === undefined ? { kind: 'idle' } : { kind: 'reviewing', review };
  over.resolve();
  if (ended === undefined && review === undefined) return;
  const text = outcomeText(ended?.outcome, ended?.verdict, review?.names ?? [], vscode.l10n.t);
  if (review !== undefined) await review.ask(text, ended?.outcome?.kind === 'solved');
  else void notification.information(text);
}

async function runLoop(
  context: Context,
  subject: Subject,
  request: string,
  stop: AbortController,
): Promise<SessionRun> {
  let session: SessionHandle | undefined;
  try {
    const opening = sessionRequest(context, subject, request);
    session = await SessionHandle.open(context.worker, opening);
    return { session, ended: await followSession(context, session, opening.options.maxTurns ?? 0, stop) };
  } catch (error) {
    void showError(error, context.log);
    // A session dies with its thread; the next one names what it left in files.
    return { session: isWorkerEnded(error) ? undefined : session, ended: undefined };
  }
}

/** @returns undefined when no file was changed, or after an error; the session is over then */
async function beginReview(
  context: Context,
  session: SessionHandle,
  subject: Subject,
  ended: EndedSession | undefined,
): Promise<Review | undefined> {
  try {
    const changed: readonly FileDiff[] = await session.diff();
    if (changed.length > 0) return new Review(context, session, subject.folder.uri, changed);
    // Decided, so that it is not offered for undoing later.
    if (ended !== undefined && ended.outcome?.kind !== 'nothing-to-fix') await session.undo();
    await session.dispose();
  } catch (error) {
    void showError(error, context.log);
    // Its lock on the folder would keep the next session out.
    await session.dispose().catch((problem: unknown) => context.log.warn(String(problem)));
  }
  return undefined;
}
