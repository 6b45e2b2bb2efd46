import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { photo, places, press, see, type } from '../../host/window.ts';
import { fixture, open, pathOf, read, record, until } from '../../host/workspace.ts';

describe('the window after one that was closed in the middle of a session', () => {
  it('names the session with the next command and undoes it byte for byte', async () => {
    assert.match(read('src/total.js'), /slice\(1\)/);
    await open('src/total.js', 4);
    void vscode.commands.executeCommand('retune.fix');
    await see(places.inputTitle, 'the window will be closed');
    await photo('11-recovery');
    await type('Undo');
    await press('Enter');
    const original = readFileSync(path.join(fixture('sample'), 'src/total.js'));
    await until('the file is back', () => readFileSync(pathOf('src/total.js')).equals(original));
    await until('it is decided', () =>
      record('the window will be closed').some(({ kind }) => String(kind) === 'undone'),
    );
    // It goes on with what was asked for.
    await see(places.inputTitle, 'Retune: fix src/total.js:4');
    await press('Escape');
  });
});
