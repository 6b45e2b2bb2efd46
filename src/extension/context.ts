import * as vscode from 'vscode';
import { contextKeys, originalScheme } from './contributions/commands.ts';
import { Loop } from './loop.ts';
import { Originals } from './review/originals.ts';
import type { Review } from './review/review.ts';
import { Status } from './status.ts';
import { Store } from './store.ts';

/** What the window is doing. */
export type State =
  | { readonly kind: 'idle' }
  /** `over` resolves when nothing of the session runs any more. */
  | { readonly kind: 'running'; readonly stop: AbortController; readonly over: Promise<void> }
  | { readonly kind: 'reviewing'; readonly review: Review };

/** The one owner of the extension's state. */
export class Context {
  readonly store = new Store();
  readonly log: vscode.LogOutputChannel;
  readonly status: Status;
  readonly originals: Originals;
  readonly loop: Loop;
  /** Where the demonstration model lies, in builds that have one. */
  readonly embeddedModel: string;
  readonly memento: vscode.Memento;
  #state: State = { kind: 'idle' };

  constructor(extension: vscode.ExtensionContext) {
    this.memento = extension.workspaceState;
    this.log = this.store.add(vscode.window.createOutputChannel('Retune', { log: true }));
    this.status = this.store.add(new Status());
    this.originals = new Originals();
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(originalScheme, this.originals));
    this.loop = new Loop(extension.asAbsolutePath('dist/extension-worker.mjs'), this.log, () => {
      if (this.#state.kind === 'reviewing') this.#state.review.abandon();
    });
    this.embeddedModel = extension.asAbsolutePath('resources/model');
  }

  get state(): State {
    return this.#state;
  }

  /** Menus, buttons and the status bar follow. */
  set state(state: State) {
    this.#state = state;
    void vscode.commands.executeCommand('setContext', contextKeys.running, state.kind === 'running');
    void vscode.commands.executeCommand('setContext', contextKeys.reviewing, state.kind === 'reviewing');
    if (state.kind === 'idle') this.status.idle();
    if (state.kind === 'reviewing') this.status.reviewing();
  }

  /** Ends whatever is under way, keeping files as they are; the next session in the folder offers to undo them. */
  async close(): Promise<void> {
    const state = this.#state;
    if (state.kind === 'running') {
      state.stop.abort();
      await state.over;
    }
    if (this.#state.kind === 'reviewing') await this.#state.review.leave();
    await this.loop.close();
    this.store.dispose();
  }
}
