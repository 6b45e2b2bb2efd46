import * as vscode from 'vscode';
import { contextKeys, originalScheme } from './contributions/commands.ts';
import { Disposables } from './disposables.ts';
import { Originals } from './review/originals.ts';
import type { State } from './state.ts';
import { StatusBar } from './status-bar.ts';
import { WorkerClient } from './worker-client.ts';

/** The extension in one window: its state, and what its commands share. */
export class Context {
  readonly disposables = new Disposables();
  readonly log: vscode.LogOutputChannel;
  readonly status: StatusBar;
  readonly originals: Originals;
  readonly worker: WorkerClient;
  /** Folder of the demonstration model in builds that have one. */
  readonly embeddedModel: string;
  readonly memento: vscode.Memento;
  #state: State = { kind: 'idle' };

  constructor(extension: vscode.ExtensionContext) {
    this.memento = extension.workspaceState;
    this.log = this.disposables.add(vscode.window.createOutputChannel('Retune', { log: true }));
    this.status = this.disposables.add(new StatusBar());
    this.originals = new Originals();
    this.disposables.add(vscode.workspace.registerTextDocumentContentProvider(originalScheme, this.originals));
    this.worker = new WorkerClient(extension.asAbsolutePath('dist/extension-worker.mjs'), this.log, () => {
      if (this.#state.kind === 'reviewing') this.#state.review.abandon();
    });
    this.embeddedModel = extension.asAbsolutePath('resources/model');
  }

  get state(): State {
    return this.#state;
  }

  /** Updates menus, buttons and the status bar as well. */
  set state(state: State) {
    this.#state = state;
    void vscode.commands.executeCommand('setContext', contextKeys.running, state.kind === 'running');
    void vscode.commands.executeCommand('setContext', contextKeys.reviewing, state.kind === 'reviewing');
    if (state.kind === 'idle') this.status.idle();
    if (state.kind === 'reviewing') this.status.reviewing();
  }

  /** Ends whatever is under way and keeps files as they are; the next session in the folder offers to undo them. */
  async close(): Promise<void> {
    const state = this.#state;
    if (state.kind === 'running') {
      state.stop.abort();
      await state.over;
    }
    if (this.#state.kind === 'reviewing') await this.#state.review.close();
    await this.worker.close();
    this.disposables.dispose();
  }
}
