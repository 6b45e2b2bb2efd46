import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { assertWithin } from '../../../support/time.ts';
import { begin } from '../../host/begin.ts';
import { click, gone, photo, places, press, see, seeMessage } from '../../host/window.ts';
import { fixture, open, pathOf, read, record, restore, setting, until, useModel } from '../../host/workspace.ts';

const stopButton = '.editor-actions .action-label[aria-label^="Stop"]';
/** Stop works in every state within so long, ms. */
const stopLimit = 2000;

describe('Retune: Fix…, stopped and undone', () => {
  let model: Awaited<ReturnType<typeof useModel>>;
  before(async () => {
    model = await useModel({ endless: true });
  });
  beforeEach(() => restore('src/total.js'));
  afterEach(async () => {
    delete process.env.RETUNE_RECORDED;
    for (const key of ['askForComments', 'method']) await setting(key, undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
  after(() => model.dispose());

  it('stops while the real model writes, and leaves every file as it was', async () => {
    await setting('askForComments', false);
    // Nothing but generating.
    await setting('method', 'baseline');
    const before = read('src/total.js');
    await open('src/total.js', 4);
    await begin('stop while it writes');
    await until('the model was asked', () => record('stop while it writes').some(({ kind }) => kind === 'turn'));
    await vscode.commands.executeCommand('notifications.showList');
    await photo('5-progress');
    const started = performance.now();
    await click(stopButton);
    await seeMessage('Retune was stopped');
    const took = performance.now() - started;
    assertWithin(took, stopLimit, 'stopping');
    await gone(stopButton);
    assert.equal(read('src/total.js'), before);
    const events = record('stop while it writes');
    assert.ok(events.some((event) => event.kind === 'finished' && event.outcome.kind === 'stopped'));
    const count = (kind: string) => events.filter((event) => event.kind === kind).length;
    assert.equal(count('turn'), count('generated') + 1);
  });

  it('stops at the question, with an attempt on disk, and undoes it byte for byte', async () => {
    process.env.RETUNE_RECORDED = fixture('recorded.jsonl');
    const file = pathOf('src/total.js');
    writeFileSync(file, `\uFEFF${read('src/total.js').replaceAll('\n', '\r\n')}`);
    const before = readFileSync(file);
    await open('src/total.js', 4);
    await begin('stop at the question');
    await see(places.inputTitle, 'attempt 1 failed');
    assert.match(read('src/total.js'), /slice\(1\)/);
    const started = performance.now();
    await vscode.commands.executeCommand('retune.stop');
    await gone(places.inputTitle, 'attempt 1 failed');
    await seeMessage('Retune was stopped');
    const took = performance.now() - started;
    assertWithin(took, stopLimit, 'stopping');
    await photo('9-stopped');
    await click(places.button, 'Undo');
    await until('the files are back', () => readFileSync(file).equals(before));
    await until('it is decided', () => record('stop at the question').some(({ kind }) => String(kind) === 'undone'));
    // The developer's view is what is on disk.
    const { document } = await open('src/total.js', 4);
    await until('the editor shows it', () => /let sum = 1/.test(document.getText()));
    assert.equal(document.isDirty, false);
  });

  it('saves what the tests would not see, if the developer agrees', async () => {
    const editor = await open('src/total.js', 4);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// not saved\n'));
    await begin('save first');
    await see(places.inputTitle, 'some files are not saved');
    await photo('10-save');
    await press('Escape');
    await gone(places.inputTitle, 'some files are not saved');
    assert.ok(editor.document.isDirty);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});
