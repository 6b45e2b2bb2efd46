import * as vscode from 'vscode';
import { withoutLinks } from './without-links.ts';

/** All notifications of the extension, shown without links. Each resolves to the button that was clicked, or undefined. */
export const notification = {
  information: (text: string, ...buttons: readonly string[]) =>
    vscode.window.showInformationMessage(withoutLinks(text), ...buttons),
  warning: (text: string, ...buttons: readonly string[]) =>
    vscode.window.showWarningMessage(withoutLinks(text), ...buttons),
  error: (text: string, ...buttons: readonly string[]) =>
    vscode.window.showErrorMessage(withoutLinks(text), ...buttons),
};
