import * as vscode from 'vscode';
import { originalScheme } from '../contributions/commands.ts';

/** The left side of a diff: files as they were before a session. */
export class Originals implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();

  /** @returns the URI under which the text can be opened; its name and language are those of the file */
  add(session: string, file: vscode.Uri, text: string): vscode.Uri {
    const uri = file.with({ scheme: originalScheme, query: session });
    this.#texts.set(uri.toString(), text);
    return uri;
  }

  forget(session: string): void {
    for (const key of this.#texts.keys()) {
      if (vscode.Uri.parse(key).query === session) this.#texts.delete(key);
    }
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.#texts.get(uri.toString()) ??
      vscode.l10n.t('This session is over, and the text from before it is no longer kept here.')
    );
  }
}
