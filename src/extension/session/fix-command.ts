import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { busy, untrusted } from '../errors.ts';
import { askRequest } from '../input-boxes.ts';
import { saveFirst } from '../save-documents.ts';
import type { PendingReview } from '../state.ts';
import { nameOf, subjectOf } from '../subject.ts';
import { recoverFirst } from './recovery.ts';
import { runSession } from './run-session.ts';

/** *Retune: Fix…*: asks what is wrong, runs a session on the file at the cursor, and ends in a review. */
export async function fix(context: Context): Promise<void> {
  if (!vscode.workspace.isTrusted) throw untrusted();
  const { state } = context;
  if (state.kind === 'running') throw busy();
  if (state.kind === 'reviewing') return remind(state.review);
  const subject = subjectOf(vscode.window.activeTextEditor);
  if (!(await recoverFirst(context, subject.folder))) return;
  const request = await askRequest(context.memento, nameOf(subject));
  if (request === undefined || !(await saveFirst(subject.folder))) return;
  // While this command asked and saved, another one may have run a whole session.
  if (context.state.kind === 'reviewing') return remind(context.state.review);
  await runSession(context, subject, request);
}

function remind(review: PendingReview): Promise<void> {
  return review.ask(vscode.l10n.t('Retune: the last change is waiting for your decision.'), false);
}
