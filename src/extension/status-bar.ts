import * as vscode from 'vscode';
import { commands } from './contributions/commands.ts';

/** The item in the status bar: what Retune is doing, or that a change is waiting for a decision. Hidden when neither. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('retune', vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.#item.name = 'Retune';
  }

  idle(): void {
    this.#item.hide();
  }

  running(text: string): void {
    this.#show(`$(sync~spin) Retune: ${text}`, commands.showLog.id, [commands.stop, commands.showLog]);
  }

  reviewing(): void {
    const text = vscode.l10n.t('keep or undo?');
    const links = [commands.showChange, commands.keep, commands.undo, commands.showLog];
    this.#show(`$(diff) Retune: ${text}`, commands.showChange.id, links);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(text: string, command: string, links: readonly { readonly id: string; readonly title: string }[]): void {
    const tooltip = new vscode.MarkdownString(links.map(({ id, title }) => `[${title}](command:${id})`).join(' · '));
    tooltip.isTrusted = { enabledCommands: links.map(({ id }) => id) };
    this.#item.text = text;
    this.#item.command = command;
    this.#item.tooltip = tooltip;
    this.#item.show();
  }
}
