import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isOurs, longestBlock, note, show, watch } from '../../host/blocking.ts';

// This file comes first: the window has just been opened.
describe('activation', () => {
  it('waits for the first command, and does not hold up the extension host', async () => {
    const extension = vscode.extensions.getExtension('retune.retune');
    assert.ok(extension);
    assert.equal(extension.isActive, false);
    const activation = await watch(isOurs, async () => {
      await extension.activate();
    });
    note('activation', activation);
    assert.ok(activation.own.milliseconds <= longestBlock, `blocked for ${show(activation.own)}`);
  });
});
