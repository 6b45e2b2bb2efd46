import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promptVersion } from '../../../src/agent/prompts/version.ts';
import type { LocalModel } from '../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import { FixSession } from '../../../src/session/fix.ts';
import type { FixEvent } from '../../../src/session/fix-events.ts';
import { readRecord } from '../../../src/session/read-record.ts';
import { recordPath } from '../../../src/session/record.ts';
import { latestUndoable, listSessions } from '../../../src/session/sessions.ts';
import { openStorage } from '../../../src/session/storage.ts';
import { undoPast } from '../../../src/session/undo.ts';
import { EarlierState, earlierVersions } from '../../support/earlier-state.ts';
import { checkpointDirectory } from '../../support/oracle.ts';
import { buggy, right } from '../../support/sample-workspace.ts';
import { ScriptedPolicy } from '../../support/scripted-policy.ts';

const never = new AbortController().signal;

for (const version of earlierVersions) {
  describe(`sessions of Retune ${version}`, () => {
    let earlier: EarlierState;
    const models: LocalModel[] = [];
    beforeEach(() => {
      earlier = new EarlierState(version);
    });
    afterEach(async () => {
      for (const model of models.splice(0)) await model.dispose();
      earlier[Symbol.dispose]();
    });

    const storageOf = (name: 'decided' | 'interrupted') => openStorage(earlier.folder(name), earlier.state);
    const only = async (name: 'decided' | 'interrupted') => {
      const storage = await storageOf(name);
      const [session, ...others] = await listSessions(storage);
      assert.deepEqual(others, []);
      assert.ok(session !== undefined);
      return { storage, session, record: await readRecord(recordPath(session.directory)) };
    };
    const target = (name: 'decided' | 'interrupted') =>
      readFileSync(path.join(earlier.folder(name), 'src/add.js'), 'utf8');

    it('are listed with their request, outcome and decision', async () => {
      const decided = (await only('decided')).session;
      assert.deepEqual(
        [decided.outcome, decided.state, decided.turns, decided.method, decided.request, decided.modelParameters],
        ['solved', 'kept', 2, 'rosa2', 'add(2, 3) is not 5', 1e6],
      );
      const interrupted = (await only('interrupted')).session;
      assert.deepEqual(
        [interrupted.outcome, interrupted.state, interrupted.turns, interrupted.request],
        ['interrupted', 'open', 1, 'add is wrong'],
      );
    });

    it('can be read to the last event', async () => {
      const { record } = await only('decided');
      assert.deepEqual(record.notices, []);
      const kinds = record.events.map(({ kind }) => kind);
      const start = ['detected', 'baseline-run', 'baseline-run', 'baseline', 'target', 'model'];
      const attempt = ['turn', 'generated', 'answer', ...Array(4).fill('environment')];
      const confirmed = ['environment', 'environment', 'verdict', 'finished', 'kept'];
      const failed = ['verdict', 'comment', 'words', 'weights'];
      assert.deepEqual(kinds, [...start, ...attempt, ...failed, ...attempt, ...confirmed]);
      const { words } = find(record.events, 'words');
      assert.deepEqual([words.source, words.calls.length], ['model', 1]);
      assert.match(words.instruction, /^Please return the sum/);
      const { weights } = find(record.events, 'weights');
      assert.ok(weights.kind === 'updated' && weights.report.deltaNorm > 0, JSON.stringify(weights));
      assert.equal(find(record.events, 'comment').comment, 'It should be the sum.');
      assert.equal(find(record.events, 'verdict').verdict.reason, 'tests-failed');
      assert.equal(find(record.events, 'kept').learnt?.version, 1);
    });

    for (const name of ['decided', 'interrupted'] as const) {
      it(`can be undone: ${name}`, async () => {
        assert.notEqual(target(name), buggy);
        const storage = await storageOf(name);
        const undoable = await latestUndoable(storage);
        assert.deepEqual(undoable?.files, ['src/add.js']);
        const undone = await undoPast(storage, undoable.session.id, 'test');
        assert.deepEqual([undone.restored, undone.kept, undone.notices], [['src/add.js'], [], []]);
        assert.equal(target(name), buggy);
        assert.equal((await listSessions(storage))[0]?.state, 'undone');
        assert.equal(await latestUndoable(storage), undefined);
      });
    }

    it('can be undone up to a turn', async () => {
      const { storage, session } = await only('interrupted');
      await undoPast(storage, session.id, 'test', 2);
      assert.equal(target('interrupted'), buggy.replace('a - b', 'a * b'));
    });

    it('can be resumed, with the weights that they had', async function () {
      // Sessions made with other prompts are refused.
      const { session, record } = await only('interrupted');
      if (record.session.promptVersion !== promptVersion) this.skip();
      const directory = checkpointDirectory('linear');
      const cacheDirectory = path.join(earlier.root, 'fresh-cache');
      const opening = { directory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory } as const;
      const model = await openModel(opening, { adaptersDirectory: path.join(earlier.state, 'adapters') }, never);
      models.push(model);
      const scripted = new ScriptedPolicy({ answers: [`\`\`\`js\n${right}\`\`\``], contextLength: 8192 });
      const { adapters, workspace } = model;
      const policy = Object.assign(scripted, { adapters, workspace });

      const options = { folder: earlier.folder('interrupted'), request: '', storageRoot: earlier.state };
      const resumed = await FixSession.open(
        { ...options, resume: session.id },
        { policy: async () => policy, comment: async () => '' },
      );
      try {
        assert.equal(target('interrupted'), buggy, 'the attempt that was interrupted is taken back');
        const events: FixEvent[] = [];
        for await (const event of resumed.events(never)) {
          if (event.kind === 'turn') {
            const [adapter, ...others] = await adapters.list();
            assert.deepEqual([adapter?.name, adapter?.rank, adapter?.updates], [`session-${session.id}`, 1, 1]);
            assert.deepEqual(others, []);
          }
          events.push(event);
        }
        assert.equal(find(events, 'resumed').turns, 1);
        assert.equal(find(events, 'turn').turn, 2);
        assert.ok(!events.some(({ kind }) => kind === 'notice'), JSON.stringify(events));
        assert.equal(resumed.outcome?.kind, 'solved');
        assert.equal(target('interrupted'), right);
        await resumed.undo();
        assert.equal(target('interrupted'), buggy);
      } finally {
        await resumed.dispose();
      }
    });
  });
}

/** The first event of a kind. */
function find<E extends { readonly kind: string }, K extends E['kind']>(events: readonly E[], kind: K) {
  const found = events.find((event): event is Extract<E, { readonly kind: K }> => event.kind === kind);
  assert.ok(found !== undefined, `no ${kind}`);
  return found;
}
