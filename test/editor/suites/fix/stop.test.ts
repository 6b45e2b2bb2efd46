import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { click, gone, photo, places, press, see, seeMessage, type } from '../../host/window.ts';
import { open, read, record, restore, setting, until, useModel } from '../../host/workspace.ts';

const stopButton = '.editor-actions .action-label[aria-label^="Stop"]';

describe('Retune: Fix…, stopped and undone', () => {
  let model: Awaited<ReturnType<typeof useModel>>;
  before(async () => {
    restore('src/total.js');
    model = await useModel();
    await setting('askForComments', false);
  });
  after(async () => {
    await setting('askForComments', undefined);
    await model.dispose();
  });

  it('stops while the model writes, within two seconds, and leaves every file as it was', async () => {
    const before = read('src/total.js');
    await open('src/total.js', 4);
    await begin('stop while it writes');
    await until('tokens were generated', () => record().some(({ kind }) => kind === 'turn'), 60_000);
    await seeMessage('Writing an attempt');
    await photo('5-progress');
    const started = performance.now();
    await click(stopButton);
    await seeMessage('Retune was stopped');
    assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
    await gone(stopButton);
    assert.equal(read('src/total.js'), before);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});

/** Chooses the command and answers its question. */
async function begin(request: string): Promise<void> {
  void vscode.commands.executeCommand('retune.fix');
  await see(places.inputTitle, 'Retune: fix');
  await press('Control+a');
  await type(request);
  await press('Enter');
}
