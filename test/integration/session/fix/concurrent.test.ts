import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FixSession } from '../../../../src/session/fix.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { runFix } from '../../../support/fix-run.ts';
import { processesIn } from '../../../support/processes-in.ts';
import { right, sampleWorkspace } from '../../../support/sample-workspace.ts';
import { ScriptedPolicy } from '../../../support/scripted-policy.ts';
import { assertWithin } from '../../../support/time.ts';

const fenced = (text: string) => `\`\`\`js\n${text}\`\`\``;
const wrong = 'export const add = (a, b) => a * b;\n';
const mine = 'export const add = (a, b) => { /* mine */ return a - b; };\n';

describe('a change by the developer while a session runs', () => {
  for (const [when, kind] of [
    ['between two turns', 'verdict'],
    ['while the tests run', 'environment'],
  ] as const) {
    it(`to the target ${when} is kept, and ends the session`, async () => {
      await using workspace = await sampleWorkspace();
      const target = path.join(workspace.folder, 'src/add.js');
      let changed = false;
      const { session } = await runFix(
        workspace,
        new ScriptedPolicy({ answers: [fenced(wrong), fenced(right)] }),
        {},
        {
          onEvent: async (event) => {
            if (changed || event.kind !== kind) return;
            if (event.kind === 'environment' && event.event.kind !== 'tests') return;
            changed = true;
            await writeFile(target, mine);
          },
        },
      );
      try {
        assert.equal(session.outcome?.kind, 'blocked');
        assert.equal(await readFile(target, 'utf8'), mine);
        const undone = await session.undo();
        assert.ok(undone.kind === 'undone' && undone.kept.length === 1, JSON.stringify(undone));
        assert.equal(await readFile(target, 'utf8'), mine);
        const copy = undone.kept[0]?.copy;
        assert.match(await readFile(copy ?? '', 'utf8'), /a - b/);
      } finally {
        await session.dispose();
      }
    });
  }

  it('to another file does not disturb it, and undo leaves that change alone', async () => {
    await using workspace = await sampleWorkspace({ 'src/other.js': 'export {};\n' });
    const other = path.join(workspace.folder, 'src/other.js');
    const { session } = await runFix(
      workspace,
      new ScriptedPolicy({ answers: [fenced(wrong), fenced(right)] }),
      {},
      { onEvent: (event) => (event.kind === 'verdict' ? writeFile(other, 'export const mine = 1;\n') : undefined) },
    );
    assert.equal(session.outcome?.kind, 'solved');
    await session.undo();
    await session.dispose();
    assert.equal(await readFile(other, 'utf8'), 'export const mine = 1;\n');
  });
});

describe('a consumer that leaves a session halfway', () => {
  it('has stopped the tests when it returns', async () => {
    await using workspace = await sampleWorkspace();
    const endless = fenced('for (;;);\nexport const add = (a, b) => a + b;\n');
    const session = await FixSession.open(
      { folder: workspace.folder, request: 'add', storageRoot: workspace.state },
      { policy: async () => new ScriptedPolicy({ answers: [endless] }), comment: async () => '' },
    );
    const started = performance.now();
    for await (const event of session.events(new AbortController().signal)) {
      if (event.kind === 'environment' && event.event.kind === 'tests') break;
    }
    assertWithin(performance.now() - started, 10_000, 'an endless test that is not waited for');
    assert.deepEqual(await processesIn(workspace.folder), []);
    await session.undo();
    await session.dispose();
  });
});

describe('tests that cannot judge', () => {
  for (const [name, files, options] of [
    ['no tests at all', { 'test/add.test.js': '' }, {}],
    ['a command without a report', {}, { testCommand: 'echo hello', target: ['src/add.js'] }],
    ['a command that does not exist', {}, { testCommand: 'no-such-command-here', target: ['src/add.js'] }],
  ] as const) {
    it(`${name}: an error before the model is asked`, async () => {
      await using workspace = await sampleWorkspace(files);
      const policy = new ScriptedPolicy({ answers: [fenced(right)] });
      await assert.rejects(
        runFix(workspace, policy, options),
        (error) => error instanceof RetuneError && error.code === 'tests.baseline-unusable' && error.why !== '',
      );
      assert.equal(policy.requests.length, 0);
    });
  }
});
