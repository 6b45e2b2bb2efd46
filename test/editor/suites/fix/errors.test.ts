import * as vscode from 'vscode';
import { click, photo, places, press, see, seeMessage, type } from '../../host/window.ts';
import { open } from '../../host/workspace.ts';

describe('Retune: Fix… without what it needs', () => {
  afterEach(() => vscode.commands.executeCommand('notifications.clearAll'));

  it('asks for a file when none is open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('retune.fix');
    await seeMessage('No file is open in the active editor');
  });

  it('names the setting of the model and opens it', async () => {
    await open('src/total.js', 4);
    void vscode.commands.executeCommand('retune.fix');
    await see(places.inputTitle, 'Retune: fix src/total.js:4');
    await press('Control+a');
    await type('there is no model');
    await press('Enter');
    await seeMessage('No model folder is set');
    await photo('6-error');
    await click(places.button, 'Open Settings');
    await see('.settings-editor', 'Model: Directory');
    await photo('7-settings');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
