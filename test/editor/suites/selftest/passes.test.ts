import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension host', () => {
  it('has the workspace open', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
    console.log('hello from host', process.version);
  });
});
