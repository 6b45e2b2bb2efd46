import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FixEvent } from '../../../src/session/fix-events.ts';
import { patienceMs } from '../../support/time.ts';

const repository = process.env.RETUNE_EDITOR_REPOSITORY ?? '';
/** Enough for prompts that are tokenised letter by letter. */
const contextLength = 16_384;

export function folder(): vscode.WorkspaceFolder {
  const first = vscode.workspace.workspaceFolders?.[0];
  assert.ok(first, 'no folder is open');
  return first;
}

export const pathOf = (name: string): string => path.join(folder().uri.fsPath, name);
export const read = (name: string): string => readFileSync(pathOf(name), 'utf8');
export const fixture = (name: string): string => path.join(repository, 'test', 'editor', 'fixtures', name);

/** Brings a file of the sample back, bug and all. */
export function restore(name: string): void {
  cpSync(path.join(fixture('sample'), name), pathOf(name));
}

/** Opens a file with the cursor on a line, counted from 1. */
export async function open(name: string, line: number): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(pathOf(name));
  const at = new vscode.Position(line - 1, 0);
  return vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}

/**
 * A real checkpoint, small and random, with room for a whole session in its context. Removed by `dispose`.
 * @param endless it never ends an answer: three that cannot be read end a session, and that within a second or two.
 */
export async function useModel({ endless = false } = {}): Promise<{ dispose(): Promise<void> }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'retune-editor-model-'));
  cpSync(path.join(repository, 'test', 'fixtures', 'checkpoints', 'qwen2'), directory, { recursive: true });
  const change = (name: string, by: Record<string, unknown>): void => {
    const file = path.join(directory, name);
    const old = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...old, ...by }));
  };
  change('config.json', { max_position_embeddings: contextLength });
  if (endless) {
    change('generation_config.json', { eos_token_id: [] });
    change('tokenizer_config.json', { eos_token: null });
  }
  await setting('model.directory', directory);
  await setting('model.dtype', 'fp32');
  await setting('provider', 'cpu');
  return {
    dispose: async () => {
      for (const key of ['model.directory', 'model.dtype', 'provider']) await setting(key, undefined);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function setting(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('retune').update(key, value, vscode.ConfigurationTarget.Global);
}

/** What the session with this request wrote down; nothing when it has not begun. */
export function record(request: string): FixEvent[] {
  const state = process.env.RETUNE_STATE ?? '';
  const records = globSync('workspaces/*/sessions/*/record.jsonl', { cwd: state }).map((file) =>
    readFileSync(path.join(state, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as FixEvent),
  );
  return records.find(([start]) => start?.kind === 'session' && start.request === request) ?? [];
}

/** Polls until the condition holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function diffTab(): vscode.TabInputTextDiff | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input : undefined;
}
