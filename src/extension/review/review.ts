import * as vscode from 'vscode';
import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import type { Context } from '../context.ts';
import { reviewLost, unsavedInReview } from '../errors.ts';
import { notification } from '../notifications.ts';
import type { SessionHandle } from '../session/session-handle.ts';
import { showError } from '../show-error.ts';
import type { PendingReview } from '../state.ts';
import { closeDiffs, openDiff } from './diff-view.ts';
import { reportDecision } from './report-decision.ts';

/** The review of a session's change. The session's lock on the folder is held until the developer has decided. */
export class Review implements PendingReview {
  readonly #context: Context;
  readonly #session: SessionHandle;
  readonly #folder: vscode.Uri;
  readonly #diffs: readonly FileDiff[];
  /** A second click must not decide twice. */
  #decided = false;
  /** The worker died, and with it the session. */
  #lost = false;
  /** Learning from what was kept may take long; closing the window ends it. */
  readonly #keeping = new AbortController();

  constructor(context: Context, session: SessionHandle, folder: vscode.Uri, diffs: readonly FileDiff[]) {
    this.#context = context;
    this.#session = session;
    this.#folder = folder;
    this.#diffs = diffs;
  }

  /** Names of the files that were changed. */
  get names(): readonly string[] {
    return this.#diffs.map(({ path }) => path);
  }

  async show(): Promise<void> {
    await openDiff(this.#context.originals, this.#session.id, this.#folder, this.#diffs);
  }

  /** Asks in a notification; when it is closed without an answer, the buttons of the diff and the status bar remain. */
  async ask(text: string, solved: boolean): Promise<void> {
    const keep = vscode.l10n.t('Keep');
    const undo = vscode.l10n.t('Undo');
    const show = vscode.l10n.t('Show the Change');
    if (solved) await this.show();
    const buttons = solved ? [keep, undo] : [undo, show, keep];
    const answer = await (solved ? notification.information : notification.warning)(text, ...buttons);
    if (answer === keep) await this.keep();
    else if (answer === undo) await this.undo();
    else if (answer === show) await this.show();
  }

  async keep(): Promise<void> {
    await this.#decide(async () => {
      const title = vscode.l10n.t('Retune: keeping the change');
      const options = { location: vscode.ProgressLocation.Window, title };
      const done = await vscode.window.withProgress(options, () => this.#session.keep(this.#keeping.signal));
      reportDecision(done, this.#context.log);
    });
  }

  /** @throws RetuneError `extension.unsaved-in-review` */
  async undo(): Promise<void> {
    const dirty = vscode.workspace.textDocuments.find(
      ({ isDirty, uri }) => isDirty && this.#files().some((file) => file.toString() === uri.toString()),
    );
    if (dirty !== undefined) throw unsavedInReview(vscode.workspace.asRelativePath(dirty.uri));
    await this.#decide(async () => reportDecision(await this.#session.undo(), this.#context.log));
  }

  async close(): Promise<void> {
    this.#keeping.abort();
    if (this.#decided) return;
    this.#decided = true;
    await this.#end();
  }

  abandon(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#context.originals.forget(this.#session.id);
    this.#context.state = { kind: 'idle' };
    void closeDiffs(this.#session.id);
    this.#reportLost();
  }

  #reportLost(): void {
    void showError(reviewLost(this.names), this.#context.log);
  }

  async #decide(work: () => Promise<void>): Promise<void> {
    // The notification with the buttons may still be open.
    if (this.#lost) return this.#reportLost();
    if (this.#decided) return;
    this.#decided = true;
    try {
      await work();
    } catch (error) {
      // The developer has already been told.
      if (this.#lost) return;
      // The change is still there, so it must still be possible to decide about it.
      this.#decided = false;
      throw error;
    }
    await closeDiffs(this.#session.id);
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#context.originals.forget(this.#session.id);
    this.#context.state = { kind: 'idle' };
    await this.#session.dispose();
  }

  #files(): vscode.Uri[] {
    return this.#diffs.map(({ path }) => vscode.Uri.joinPath(this.#folder, path));
  }
}
