import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeDiffs, openDiff } from '../../../../src/extension/review/diff-view.ts';
import { Originals } from '../../../../src/extension/review/originals.ts';
import { gone, photo, see } from '../../host/window.ts';
import { folder, read } from '../../host/workspace.ts';

const keep = '.editor-actions .action-label[aria-label^="Keep the Change"]';
const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

describe('a change of several files', () => {
  it('is reviewed in one editor with Keep and Undo, which closes with the session', async () => {
    const originals = new Originals();
    const provider = vscode.workspace.registerTextDocumentContentProvider('retune-original', originals);
    try {
      const diffs = ['src/total.js', 'test/total.test.js'].map((path) => {
        const after = read(path);
        return { path, change: 'modified', before: `// before\n${after}`, after, patch: '' } as const;
      });
      await vscode.commands.executeCommand('setContext', 'retune.reviewing', true);
      await openDiff(originals, 'one', folder().uri, diffs);
      await see(keep);
      assert.ok(tabs().includes('Retune: session one (2 files)'));
      await see(keep);
      await photo('12-several-files');
      await closeDiffs('another');
      assert.ok(tabs().includes('Retune: session one (2 files)'));
      await closeDiffs('one');
      assert.ok(!tabs().includes('Retune: session one (2 files)'));
      await gone(keep);
    } finally {
      await vscode.commands.executeCommand('setContext', 'retune.reviewing', false);
      provider.dispose();
    }
  });
});
