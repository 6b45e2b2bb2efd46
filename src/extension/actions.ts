import * as vscode from 'vscode';
import type { Action, CommandName, OptionName } from '../shared/errors/actions.ts';
import { commands } from './contributions/commands.ts';
import { type SettingKey, settings } from './contributions/settings.ts';

/** Something the developer can do with one click. */
export interface Button {
  readonly title: string;
  run(): Thenable<unknown>;
}

/** The setting of an option; null: it has none in the editor. */
const settingOf: Readonly<Record<OptionName, SettingKey | null>> = {
  target: null,
  testCommand: 'test.command',
  model: 'model.directory',
  dtype: 'model.dtype',
  blockSize: null,
  provider: 'provider',
  contextLength: null,
  layerCheckpointing: null,
  maxTurns: 'maxTurns',
  folder: null,
  output: null,
  stateDirectory: null,
  cacheDirectory: null,
  sidecarCommand: 'sidecar.command',
  engine: 'engine',
  apiKey: null,
  prompt: null,
  messages: null,
  beta: null,
  solver: null,
  methods: null,
  split: null,
  limit: null,
};

/** The editor's command; null: only a terminal has it. */
const commandOf: Readonly<Record<CommandName, { readonly id: string; title(): string } | null>> = {
  fix: { id: commands.fix.id, title: () => vscode.l10n.t('Fix…') },
  test: null,
  // It begins with the attempts that undecided sessions left in files.
  undo: { id: commands.fix.id, title: () => vscode.l10n.t('Fix…') },
  sessions: null,
  resetAdapter: null,
  doctor: null,
  listModels: null,
  help: null,
  stop: { id: commands.stop.id, title: () => vscode.l10n.t('Stop') },
  manageTrust: { id: 'workbench.trust.manage', title: () => vscode.l10n.t('Manage Workspace Trust') },
};

/** What the editor offers for actions: one button for all settings, one for each command, none for what it does not have. */
export function buttonsOf(actions: readonly Action[]): readonly Button[] {
  const keys = actions.flatMap((action) => (action.kind === 'option' ? (settingOf[action.option] ?? []) : []));
  const offered = actions.flatMap((action) => (action.kind === 'command' ? (commandOf[action.command] ?? []) : []));
  const ids = new Map(offered.map(({ id, title }) => [title(), id]));
  const buttons = [...ids].map(([title, id]) => ({ title, run: () => vscode.commands.executeCommand(id) }));
  return keys.length === 0 ? buttons : [openSettings(keys), ...buttons];
}

/** How an action is done in the editor where neither a setting nor the title of a button says it. */
export function hintsOf(actions: readonly Action[]): readonly string[] {
  const hints = actions.flatMap((action) => {
    if (action.kind === 'option' && action.option === 'target')
      return [vscode.l10n.t('The target is where the cursor is: move it, then choose Fix… again.')];
    if (action.kind === 'command' && action.command === 'undo')
      return [vscode.l10n.t('Fix… offers to undo sessions that ended without a decision.')];
    return [];
  });
  return [...new Set(hints)];
}

/** Settings of the machine stand on a page of their own when the window works on another machine. */
function openSettings(keys: readonly SettingKey[]): Button {
  const query = `@id:${keys.map((key) => `retune.${key}`).join(',')}`;
  const remote = vscode.env.remoteName !== undefined && keys.some((key) => settings[key].scope === 'machine');
  return {
    title: vscode.l10n.t('Open Settings'),
    run: () =>
      remote
        ? vscode.commands.executeCommand('workbench.action.openRemoteSettings', { query })
        : vscode.commands.executeCommand('workbench.action.openSettings', query),
  };
}
