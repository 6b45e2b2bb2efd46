import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isOurs, longestBlock, note, show, watch } from '../../host/blocking.ts';
import { click, gone, photo, places, press, see, seeMessage, type } from '../../host/window.ts';
import { diffTab, fixture, open, pathOf, read, record, restore, until, useModel } from '../../host/workspace.ts';

const request = 'The total is one too high';

describe('Retune: Fix…, from the bug to Keep', () => {
  let model: Awaited<ReturnType<typeof useModel>>;
  before(async () => {
    restore('src/total.js');
    model = await useModel();
    process.env.RETUNE_RECORDED = fixture('recorded.jsonl');
  });
  after(async () => {
    delete process.env.RETUNE_RECORDED;
    await model.dispose();
  });

  it('asks, tries, listens, adapts with the real model, and ends in a diff that is kept', async () => {
    const idle = await watch(isOurs, () => new Promise((resolve) => setTimeout(resolve, 3000)));
    const bug = read('src/total.js');
    await open('src/total.js', 4);
    const run = await watch(isOurs, async () => {
      await press('F1');
      await type('Retune: Fix');
      await see(places.choice, 'Retune: Fix…');
      await photo('1-palette');
      await press('Enter');

      await see(places.inputTitle, 'Retune: fix src/total.js:4');
      await press('Control+a');
      await press('Delete');
      await press('Enter');
      await see('.quick-input-message', 'Say in a few words');
      await type(request);
      await photo('2-request');
      await press('Enter');

      await see(places.inputTitle, 'attempt 1 failed');
      await photo('3-comment');
      await type('the first item counts too');
      await press('Enter');

      await seeMessage('all 3 tests pass. Keep the change?');
    });
    await photo('4-diff');
    const tab = diffTab();
    assert.ok(tab, 'no diff is open');
    assert.equal(tab.modified.path, vscode.Uri.joinPath(tab.original, '').path);
    assert.equal((await vscode.workspace.openTextDocument(tab.original)).getText(), bug);
    await see('.editor-actions .action-label[aria-label^="Keep the Change"]');

    await click(places.button, 'Keep');
    await gone('.editor-actions .action-label[aria-label^="Keep the Change"]');
    await until('the session is decided', () => record(request).some(({ kind }) => String(kind) === 'kept'));
    await until('the diff is closed', () => diffTab() === undefined);
    assert.match(read('src/total.js'), /let sum = 0;\n {2}for \(const item of items\) \{/);

    const events = record(request);
    // A relative path would be looked for in the directory of the program that started the editor first.
    const [start] = events;
    assert.deepEqual(start?.kind === 'session' && start.target, [`${pathOf('src/total.js')}:4`]);
    const verdicts = events.flatMap((event) => (event.kind === 'verdict' ? [event.verdict.reward] : []));
    assert.deepEqual(verdicts, [-1, 1]);
    const weights = events.find((event) => event.kind === 'weights');
    // The answer was a record's, but its tokens, words and the update are the model's own.
    assert.notEqual(weights?.weights.kind, 'skipped');
    assert.ok(events.some((event) => event.kind === 'generated' && event.responseTokens.length > 50));
    assert.ok(events.some((event) => event.kind === 'comment' && event.comment === 'the first item counts too'));

    note('idle', idle);
    note('run', run);
    assert.ok(run.own.milliseconds <= longestBlock, `blocked for ${show(run.own)}`);
  });

  it('loads nothing native into the extension host', () => {
    const report = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
    assert.ok(report.sharedObjects.length > 0);
    assert.deepEqual(
      report.sharedObjects.filter((file) => /onnxruntime|retune.*\.node$/i.test(file)),
      [],
    );
  });
});
