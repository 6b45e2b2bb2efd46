import * as vscode from 'vscode';
import type { UndoableSession } from '../../session/sessions.ts';
import type { Context } from '../context.ts';
import { reportDecision } from '../review/report-decision.ts';

/**
 * A window that was closed in the midst of a session, or a crash, leaves an attempt in files that nobody decided about. It is
 * named before anything new begins. @returns whether to go on
 */
export async function recoverFirst(
  { worker, log }: Context,
  { uri: { fsPath: folder } }: vscode.WorkspaceFolder,
): Promise<boolean> {
  for (const left of await worker.call('undecided', folder)) {
    const decision = await ask(left);
    if (decision === undefined) return false;
    reportDecision(await worker.call('decideLater', { folder, id: left.session.id, decision }), log);
  }
  return true;
}

/** @returns undefined when the developer changed their mind about the command */
async function ask({ session, files }: UndoableSession): Promise<'undo' | 'keep' | undefined> {
  const names = files.join(', ');
  const undo = {
    label: vscode.l10n.t('$(discard) Undo it'),
    detail: vscode.l10n.t('{0} as before that session', names),
  };
  const keep = { label: vscode.l10n.t('$(check) Keep it'), detail: vscode.l10n.t('{0} as it is now', names) };
  const title = vscode.l10n.t('Retune: an earlier session (“{0}”) ended without a decision', session.request);
  const chosen = await vscode.window.showQuickPick([undo, keep], { title, ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  return chosen === undo ? 'undo' : 'keep';
}
