import * as vscode from 'vscode';
import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import { originalScheme } from '../contributions/commands.ts';
import type { Originals } from './originals.ts';

/** Opens what a session changed: VS Code's diff for one file, its multi-file diff for several. */
export async function openDiff(
  originals: Originals,
  session: string,
  folder: vscode.Uri,
  diffs: readonly FileDiff[],
): Promise<void> {
  const sides = diffs.map(({ path, before }) => {
    const file = vscode.Uri.joinPath(folder, path);
    return { path, file, original: originals.add(session, file, before) };
  });
  const [only, ...others] = sides;
  if (only === undefined) return;
  if (others.length === 0) {
    const title = vscode.l10n.t('{0} (before ↔ Retune)', only.path);
    await vscode.commands.executeCommand('vscode.diff', only.original, only.file, title, { preview: false });
    return;
  }
  const resources = sides.map(({ file, original }) => [file, original, file]);
  await vscode.commands.executeCommand('vscode.changes', titleOfSeveral(session), resources);
}

/** Closes the diffs of a session; editors of the files themselves stay open. */
export async function closeDiffs(session: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => belongsTo(session, tab)));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}

function belongsTo(session: string, { input, label }: vscode.Tab): boolean {
  // The stable API does not say what a multi-file diff shows, so its title has to.
  if (!(input instanceof vscode.TabInputTextDiff)) return label.startsWith(titleOfSeveral(session));
  return input.original.scheme === originalScheme && input.original.query === session;
}

function titleOfSeveral(session: string): string {
  return vscode.l10n.t('Retune: session {0}', session);
}
