import * as vscode from 'vscode';
import { inert } from './inert.ts';

/** All notifications of the extension. What the developer clicked, or undefined. */
export const message = {
  information: (text: string, ...buttons: readonly string[]) =>
    vscode.window.showInformationMessage(inert(text), ...buttons),
  warning: (text: string, ...buttons: readonly string[]) => vscode.window.showWarningMessage(inert(text), ...buttons),
  error: (text: string, ...buttons: readonly string[]) => vscode.window.showErrorMessage(inert(text), ...buttons),
};
