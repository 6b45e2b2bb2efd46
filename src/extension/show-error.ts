import * as vscode from 'vscode';
import { isCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { commands } from './contributions/commands.ts';
import { unexpected } from './errors.ts';
import { notification } from './notifications.ts';

interface Action {
  readonly title: string;
  run(): Thenable<unknown>;
}

/** What the developer can do about an error with one click. */
const actions: Readonly<Record<string, () => Action>> = {
  'extension.no-model': () => openSetting('retune.model.directory'),
  'extension.no-remote-model': () => openSetting('retune.model.directory'),
  'extension.untrusted': () => ({
    title: vscode.l10n.t('Manage Workspace Trust'),
    run: () => vscode.commands.executeCommand('workbench.trust.manage'),
  }),
  'extension.busy': () => ({
    title: vscode.l10n.t('Stop'),
    run: () => vscode.commands.executeCommand(commands.stop.id),
  }),
  'sidecar.cannot-start': () => openSetting('retune.sidecar.command'),
  'sidecar.handshake-timeout': () => openSetting('retune.sidecar.command'),
};

/** Areas whose errors say that the model that was named is no good. */
const modelAreas = new Set(['checkpoint', 'model', 'tokenizer']);
/** The last words of a process are for the log. */
const longestWhy = 240;

/** Tells an error in full to the log and in short to the developer, with what can be done. A cancellation is no error. */
export async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (isCancelled(error)) return;
  const known = error instanceof RetuneError ? error : unexpected(error);
  log.error(`${known.what} ${known.why} ${known.remedy} [${known.code}]`);
  if (known.cause instanceof Error && known.cause.stack !== undefined) log.debug(known.cause.stack);
  const area = known.code.split('.')[0] ?? '';
  const action = modelAreas.has(area) ? openSetting('retune.model.directory') : actions[known.code]?.();
  const showLog: Action = { title: vscode.l10n.t('Show Log'), run: async () => log.show() };
  const offered = [...(action === undefined ? [] : [action]), showLog];
  const why = known.why.length > longestWhy ? `${known.why.slice(0, longestWhy)}…` : known.why;
  const text = [known.what, why, known.remedy].join(' ').replace(/\s+/g, ' ');
  const chosen = await notification.error(text, ...offered.map(({ title }) => title));
  await offered.find(({ title }) => title === chosen)?.run();
}

/** Settings of the machine stand on a page of their own when the window works on another machine. */
function openSetting(key: string): Action {
  const query = `@id:${key}`;
  return {
    title: vscode.l10n.t('Open Settings'),
    run: () =>
      vscode.env.remoteName === undefined
        ? vscode.commands.executeCommand('workbench.action.openSettings', query)
        : vscode.commands.executeCommand('workbench.action.openRemoteSettings', { query }),
  };
}
