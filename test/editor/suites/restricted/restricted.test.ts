import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { photo, places, see, seeMessage } from '../../host/window.ts';
import { open, read } from '../../host/workspace.ts';

describe('Restricted Mode', () => {
  it('runs and writes nothing, and says why', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const before = read('src/total.js');
    await open('src/total.js', 4);
    await vscode.commands.executeCommand('retune.fix');
    await seeMessage('in an untrusted workspace');
    await see(places.button, 'Manage Workspace Trust');
    await photo('8-restricted');
    assert.equal(read('src/total.js'), before);
    assert.ok(!existsSync(process.env.RETUNE_STATE ?? ''), 'a session was begun');
  });
});
