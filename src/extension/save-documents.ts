import * as vscode from 'vscode';
import { notSaved } from './errors.ts';

/**
 * Tests see files as they are on disk, so unsaved ones of the folder are saved first, if the developer agrees.
 * @returns whether to go on
 * @throws RetuneError `extension.not-saved`
 */
export async function saveFirst(folder: vscode.WorkspaceFolder): Promise<boolean> {
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && vscode.workspace.getWorkspaceFolder(uri) === folder,
  );
  if (unsaved.length === 0) return true;
  const names = unsaved.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
  const save = { label: vscode.l10n.t('$(save-all) Save and go on'), detail: names };
  const cancel = { label: vscode.l10n.t('$(close) Cancel') };
  const title = vscode.l10n.t('Retune: the tests see files as they are on disk, and some are not saved');
  if ((await vscode.window.showQuickPick([save, cancel], { title, ignoreFocusOut: true })) !== save) return false;
  for (const document of unsaved) {
    if (!(await document.save())) throw notSaved(document.uri.fsPath);
  }
  return true;
}
