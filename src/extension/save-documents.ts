import * as vscode from 'vscode';
import { notSaved } from './errors.ts';

/**
 * Tests see files as they are on disk, so unsaved files of the folder are saved first, if the developer agrees.
 * @returns whether to continue
 * @throws RetuneError `extension.not-saved`
 */
export async function saveFirst(folder: vscode.WorkspaceFolder): Promise<boolean> {
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && vscode.workspace.getWorkspaceFolder(uri) === folder,
  );
  if (unsaved.length === 0) return true;
  const names = unsaved.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
  const save = { label: vscode.l10n.t('$(save-all) Save and Continue'), detail: names };
  const cancel = { label: vscode.l10n.t('$(close) Cancel') };
  const title = vscode.l10n.t('Retune: some files are not saved, and the tests see only what is on disk');
  if ((await vscode.window.showQuickPick([save, cancel], { title, ignoreFocusOut: true })) !== save) return false;
  for (const document of unsaved) {
    if (!(await document.save())) throw notSaved(document.uri.fsPath);
  }
  return true;
}
