import * as vscode from 'vscode';
import { places, press, see, type } from './window.ts';

/** Chooses the command on the active editor and answers its question. */
export async function begin(request: string): Promise<void> {
  void vscode.commands.executeCommand('retune.fix');
  await see(places.inputTitle, 'Retune: fix');
  await press('Control+a');
  await type(request);
  await press('Enter');
}
