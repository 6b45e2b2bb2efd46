import * as vscode from 'vscode';
import type { UndoableSession } from '../../session/sessions.ts';
import type { Context } from '../context.ts';
import { reportDecision } from '../review/report-decision.ts';

/**
 * A crash, or a window that was closed during a session, leaves an attempt in files that nobody has decided about. The
 * developer decides before anything new begins. @returns whether to continue
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
    detail: vscode.l10n.t('Restore {0} to the state before that session', names),
  };
  const keep = { label: vscode.l10n.t('$(check) Keep it'), detail: vscode.l10n.t('Leave {0} as it is now', names) };
  const title = vscode.l10n.t('Retune: an earlier session (“{0}”) ended without a decision', session.request);
  const chosen = await vscode.window.showQuickPick([undo, keep], { title, ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  return chosen === undo ? 'undo' : 'keep';
}
