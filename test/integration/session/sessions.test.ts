import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryBeside } from '../../../src/files/edits/temporaries.ts';
import { openSnapshots } from '../../../src/files/snapshots/open-snapshots.ts';
import { begin } from '../../../src/session/fix-start.ts';
import { acquireLock } from '../../../src/session/lock.ts';
import { prune } from '../../../src/session/prune.ts';
import { openRecord, recordPath } from '../../../src/session/record.ts';
import type { RecordedEvent } from '../../../src/session/record-schema.ts';
import { recover } from '../../../src/session/recovery.ts';
import { latestUndoable, listSessions } from '../../../src/session/sessions.ts';
import { makeSessionDirectory, newSessionId, openStorage, workspaceKey } from '../../../src/session/storage.ts';
import { attempt, makePlace, put, repository } from '../files/snapshots/support.ts';
import { makeScratch, type Scratch, startOf, verdictOf } from './support.ts';

const solved: RecordedEvent = { kind: 'finished', turns: 2, outcome: { kind: 'solved' }, milliseconds: 1 };
const undone: RecordedEvent = { kind: 'undone', restored: [], kept: [], notices: [] };

describe('storage of a workspace', () => {
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = await makeScratch();
  });
  afterEach(() => scratch.remove());

  it('is the same by whatever path the folder is reached, and another for another folder', async () => {
    const { root, storage } = scratch;
    symlinkSync(storage.folder, path.join(root, 'link'));
    mkdirSync(path.join(root, 'deep', 'folder'), { recursive: true });
    const linked = await openStorage(path.join(root, 'link'), path.join(root, 'state'));
    assert.equal(linked.directory, storage.directory);
    const other = await openStorage(path.join(root, 'deep', 'folder'), path.join(root, 'state'));
    assert.notEqual(other.directory, storage.directory);
    assert.match(storage.key, /^folder-[0-9a-f]{16}$/);
    assert.deepEqual(JSON.parse(readFileSync(path.join(storage.directory, 'workspace.json'), 'utf8')), {
      folder: storage.folder,
    });
  });

  it('has a name of letters, digits and dashes whatever the folder is called', () => {
    for (const name of ['ein Größe 你好', '你好', '.hidden', '-rf', 'x'.repeat(200), '..a/b'.replace('/', '_')]) {
      const folder = path.join(scratch.root, name);
      mkdirSync(folder);
      assert.match(workspaceKey(folder), /^[A-Za-z0-9][A-Za-z0-9-]{0,49}$/);
    }
  });

  it('is readable by the user only', async function () {
    if (process.platform === 'win32') this.skip();
    const session = await makeSessionDirectory(scratch.storage, newSessionId());
    for (const at of [session, scratch.storage.sessions, scratch.storage.directory, path.join(scratch.root, 'state')]) {
      assert.equal(statSync(at).mode & 0o777, 0o700, at);
    }
  });

  it('that cannot be made says where it should be and what to do', async () => {
    writeFileSync(path.join(scratch.root, 'file'), '');
    await assert.rejects(openStorage(scratch.storage.folder, path.join(scratch.root, 'file')), {
      code: 'session.storage-unusable',
      remedy: /keep the state of Retune elsewhere/,
      actions: [{ kind: 'option', option: 'stateDirectory' }],
    });
  });

  it('numbers sessions by time', () => {
    assert.match(newSessionId(new Date('2026-11-20T15:30:12.345Z')), /^20261120-153012-[0-9a-f]{4}$/);
    assert.ok(newSessionId(new Date(1e12)) < newSessionId(new Date(1e12 + 1000)));
  });
});

describe('sessions of a workspace', () => {
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = await makeScratch();
    put(scratch.storage.folder, { 'a.js': 'original\n', 'b.js': 'original b\n' });
  });
  afterEach(() => scratch.remove());

  /** A session with an attempt for each given content of a.js, and these last lines in its record. */
  async function session(id: string, contents: readonly string[], ...last: readonly RecordedEvent[]): Promise<string> {
    const { storage } = scratch;
    const directory = await makeSessionDirectory(storage, id);
    const snapshots = await openSnapshots(storage.folder, directory);
    await using record = await openRecord(recordPath(directory));
    await record.append(startOf(id, `request of ${id}`));
    await record.append({ kind: 'model', parameters: 5e8, contextLength: 4096, learnt: false });
    for (const [i, content] of contents.entries()) {
      await attempt(snapshots, storage.folder, i + 1, { 'a.js': content });
      await record.append({ kind: 'verdict', turn: i + 1, verdict: verdictOf() });
    }
    for (const event of last) await record.append(event);
    return directory;
  }

  const ids = ['20261101-000000-0001', '20261102-000000-0002', '20261103-000000-0003'] as const;

  it('are listed newest first, with how they ended and what was decided', async () => {
    await session(ids[0], ['one', 'two'], solved, { kind: 'kept' });
    await session(
      ids[1],
      ['three'],
      { kind: 'failed', error: { code: 'c', what: 'w', why: 'y', remedy: 'r' } },
      undone,
    );
    await session(ids[2], ['four']);
    mkdirSync(scratch.storage.sessionDirectory('20261104-000000-0004'));
    writeFileSync(path.join(scratch.storage.sessions, 'stray'), '');
    const list = await listSessions(scratch.storage);
    assert.deepEqual(
      list.map(({ id, turns, outcome, state }) => [id, turns, outcome, state]),
      [
        ['20261104-000000-0004', 0, 'damaged', 'open'],
        [ids[2], 1, 'interrupted', 'open'],
        [ids[1], 1, 'failed', 'undone'],
        [ids[0], 2, 'solved', 'kept'],
      ],
    );
    const { request, method, started, modelParameters } = list[3]!;
    assert.deepEqual(
      [request, method, started, modelParameters],
      [`request of ${ids[0]}`, 'rosa2', '2026-11-20T15:30:12.000Z', 5e8],
    );
  });

  it('say which one is running', async () => {
    await session(ids[0], ['one']);
    await using _lock = await acquireLock(scratch.storage, { sessionId: ids[0] });
    assert.equal((await listSessions(scratch.storage))[0]?.outcome, 'running');
  });

  it('that were resumed are judged by what came after the interruption', async () => {
    await session(
      ids[0],
      ['one'],
      { kind: 'finished', turns: 1, outcome: { kind: 'stopped' }, milliseconds: 1 },
      { kind: 'resumed', turns: 1 },
    );
    assert.equal((await listSessions(scratch.storage))[0]?.outcome, 'interrupted');
  });

  it('name the newest that can be undone, decided or not', async () => {
    const first = await session(ids[0], ['one'], solved, { kind: 'kept' });
    const second = await session(ids[1], ['two'], solved);
    assert.deepEqual((await latestUndoable(scratch.storage))?.session.id, ids[1]);
    await (await openSnapshots(scratch.storage.folder, second)).undo();
    const older = await latestUndoable(scratch.storage);
    assert.deepEqual([older?.session.id, older?.files], [ids[0], ['a.js']]);
    await (await openSnapshots(scratch.storage.folder, first)).undo();
    assert.equal(await latestUndoable(scratch.storage), undefined);
    assert.equal(readFileSync(path.join(scratch.storage.folder, 'a.js'), 'utf8'), 'original\n');
  });

  it('that were interrupted are named at the next start, and nothing is changed', async () => {
    await session(ids[0], ['one'], solved, { kind: 'kept' });
    await session(ids[1], ['two']);
    await session(ids[2], []);
    const { folder } = scratch.storage;
    const left = [temporaryBeside(path.join(folder, 'a.js'), 'new'), temporaryBeside(path.join(folder, 'a.js'), 'old')];
    for (const file of left) writeFileSync(file, 'half');
    put(folder, { '.retune-notes': 'of the developer' });
    const report = await recover(scratch.storage);
    assert.deepEqual(
      report.open.map(({ session: { id }, files }) => [id, files]),
      [[ids[1], ['a.js']]],
    );
    assert.deepEqual(report.notices, [
      {
        message: `Session ${ids[1]} (“request of ${ids[1]}”) was interrupted, and its attempt is still in a.js. Undo it to restore what was there before.`,
        actions: [{ kind: 'command', command: 'undo', args: [ids[1]], folder }],
      },
    ]);
    assert.deepEqual(report.cleaned.toSorted(), left.toSorted());
    assert.ok(left.every((file) => !existsSync(file)));
    assert.deepEqual(
      [readFileSync(path.join(folder, 'a.js'), 'utf8'), existsSync(path.join(folder, '.retune-notes'))],
      ['two', true],
    );
    assert.deepEqual((await recover(scratch.storage, { except: ids[1] })).open, []);
  });

  it('are deleted when they are too many or too old, but not while an undecided attempt is in a file', async () => {
    const now = Date.parse('2026-11-04T00:00:00Z');
    const undecided = await session(ids[0], ['one']);
    const kept = await session(ids[1], ['two'], solved, { kind: 'kept' });
    const fresh = await session(ids[2], [], { kind: 'nothing-to-fix', verdict: verdictOf() });
    assert.deepEqual(await prune(scratch.storage, { keep: 3, days: 30 }, now), { deleted: [], notices: [] });

    // The second session has overwritten the first one's attempt, and is itself still there.
    const many = await prune(scratch.storage, { keep: 1, days: 30 }, now);
    assert.deepEqual(many.deleted, [ids[1], ids[0]]);
    assert.match(many.notices.join(), new RegExp(`^Session ${ids[1]} was deleted.*a\\.js can no longer be undone\\.$`));
    assert.deepEqual(
      [undecided, kept, fresh].map((directory) => existsSync(directory)),
      [false, false, true],
    );

    const open = await session('20261101-000000-0009', ['three']);
    const old = await prune(scratch.storage, { keep: 20, days: 1 }, now);
    assert.deepEqual([old.deleted, existsSync(open)], [[], true]);
    assert.match(old.notices.join(), /20261101-000000-0009 is old but was neither kept nor undone.*a\.js/);
    await (await openSnapshots(scratch.storage.folder, open)).undo();
    assert.deepEqual((await prune(scratch.storage, { keep: 20, days: 1 }, now)).deleted, ['20261101-000000-0009']);
  });

  it('whose first line could not be written are not listed as damaged', async () => {
    const { storage } = scratch;
    mkdirSync(recordPath(storage.sessionDirectory(ids[0])), { recursive: true });
    const options = { folder: storage.folder, request: 'x' };
    await assert.rejects(begin(storage, ids[0], options), { code: 'session.record-unwritable' });
    assert.deepEqual(await listSessions(storage), []);
  });

  it('take their private refs with them', async () => {
    const place = makePlace();
    const home = process.env.HOME;
    process.env.HOME = place.at('home');
    try {
      const top = repository(place, 'repo', { 'a.js': 'original\n' });
      const storage = await openStorage(top, place.at('state'));
      for (const id of ids) {
        const snapshots = await openSnapshots(top, await makeSessionDirectory(storage, id));
        await attempt(snapshots, top, 1, { 'a.js': id });
        await snapshots.settled();
        await snapshots.undo();
      }
      place.git(top, 'pack-refs', '--all');
      await prune(storage, { keep: 1, days: 1e6 });
      assert.equal(place.git(top, 'for-each-ref', '--format=%(refname)', 'refs/retune'), `refs/retune/${ids[2]}/1\n`);
      // Storage that is gone must not stop anything.
      rmSync(storage.sessionDirectory(ids[2]), { recursive: true });
      assert.deepEqual((await prune(storage, { keep: 0, days: 0 })).deleted, []);
    } finally {
      process.env.HOME = home;
      place.remove();
    }
  });
});
