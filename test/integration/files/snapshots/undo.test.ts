import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Snapshots } from '../../../../src/files/snapshots/snapshots.ts';
import { attempt, makePlace, open, type Place, put, repository, sha256, snapshot } from './support.ts';

describe('undo', () => {
  let place: Place;
  let folder: string;
  let snapshots: Snapshots;
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

  beforeEach(async () => {
    place = makePlace();
    folder = place.at('folder');
    put(folder, { 'a.js': 'original\n', 'b.js': 'original b\n' });
    snapshots = await open(place, folder);
  });
  afterEach(() => place.remove());

  it('restores contents and modes, removes new files and their directories, and nothing else', async () => {
    chmodSync(path.join(folder, 'a.js'), 0o750);
    put(folder, { 'mine.txt': 'not ours' });
    const before = snapshot(folder);
    await attempt(snapshots, folder, 1, { 'a.js': 'ours', 'x/y/new.js': 'new' });
    chmodSync(path.join(folder, 'a.js'), 0o600);
    const report = await snapshots.undo();
    assert.deepEqual(report, {
      restored: ['a.js'],
      removed: ['x/y/new.js'],
      unchanged: [],
      kept: [],
      failed: [],
      notices: [],
    });
    assert.deepEqual(snapshot(folder), before);
  });

  it('may be repeated and then does nothing', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'ours' });
    await snapshots.undo();
    const { mtimeMs, ino } = statSync(path.join(folder, 'a.js'));
    const report = await snapshots.undo();
    assert.deepEqual([report.restored, report.unchanged], [[], ['a.js']]);
    assert.deepEqual(
      [statSync(path.join(folder, 'a.js')).mtimeMs, statSync(path.join(folder, 'a.js')).ino],
      [mtimeMs, ino],
    );
  });

  it('keeps a file that someone else changed, and offers the original', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'ours', 'b.js': 'ours b' });
    writeFileSync(path.join(folder, 'a.js'), 'theirs');
    const report = await snapshots.undo();
    assert.deepEqual(report.restored, ['b.js']);
    const [kept] = report.kept;
    assert.equal(kept?.path, 'a.js');
    assert.match(kept?.why ?? '', /changed since the attempt.*copy it back/);
    assert.equal(readFileSync(kept?.copy ?? '', 'utf8'), 'original\n');
    assert.equal(read('a.js'), 'theirs');
  });

  it('keeps a new file that someone else changed, and one that was removed or replaced by something else', async () => {
    await attempt(snapshots, folder, 1, { 'new.js': 'ours', 'a.js': 'ours', 'b.js': 'ours' });
    writeFileSync(path.join(folder, 'new.js'), 'extended by hand');
    unlinkSync(path.join(folder, 'a.js'));
    unlinkSync(path.join(folder, 'b.js'));
    mkdirSync(path.join(folder, 'b.js'));
    const report = await snapshots.undo();
    assert.deepEqual(
      report.kept.map((file) => file.path),
      ['new.js', 'a.js', 'b.js'],
    );
    assert.match(report.kept[0]?.why ?? '', /no such file before/);
    assert.match(report.kept[1]?.why ?? '', /it was removed/);
    assert.match(report.kept[2]?.why ?? '', /it is a directory now/);
    assert.equal(read('new.js'), 'extended by hand');
    assert.ok(!existsSync(path.join(folder, 'a.js')));
  });

  it('leaves a directory that holds something of someone else', async () => {
    await attempt(snapshots, folder, 1, { 'x/y/new.js': 'ours' });
    put(folder, { 'x/theirs.js': 'theirs' });
    const report = await snapshots.undo();
    assert.deepEqual(report.removed, ['x/y/new.js']);
    assert.deepEqual(readdirSync(path.join(folder, 'x')), ['theirs.js']);
  });

  it('goes back to before a given turn, and then all the way', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'one' });
    await attempt(snapshots, folder, 2, { 'a.js': 'two', 'b.js': 'two b' });
    await attempt(snapshots, folder, 3, { 'a.js': 'three' });
    await snapshots.undo({ toTurn: 3 });
    assert.deepEqual([read('a.js'), read('b.js')], ['two', 'two b']);
    await snapshots.undo({ toTurn: 2 });
    assert.deepEqual([read('a.js'), read('b.js')], ['one', 'original b\n']);
    await snapshots.undo({ toTurn: 9 });
    assert.equal(read('a.js'), 'one');
    await snapshots.undo();
    assert.deepEqual([read('a.js'), read('b.js')], ['original\n', 'original b\n']);
  });

  it('works when an attempt wrote the original back in between', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'one' });
    await attempt(snapshots, folder, 2, { 'a.js': 'original\n' });
    assert.deepEqual((await snapshots.undo()).unchanged, ['a.js']);
    await attempt(snapshots, folder, 3, { 'a.js': 'three' });
    await snapshots.undo();
    assert.equal(read('a.js'), 'original\n');
  });

  it('goes back to what someone else wrote between two attempts, and says so', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'one' });
    writeFileSync(path.join(folder, 'a.js'), 'by hand');
    await attempt(snapshots, folder, 2, { 'a.js': 'two' });
    const report = await snapshots.undo();
    assert.equal(read('a.js'), 'by hand');
    const copy = /is in (\S+)\.$/.exec(report.notices[0] ?? '')?.[1];
    assert.equal(readFileSync(copy ?? '', 'utf8'), 'original\n');
  });

  it('restores a symbolic link that was replaced by a file, and the file that it names', async () => {
    put(folder, { 'real/t.js': 'target' });
    symlinkSync('real/t.js', path.join(folder, 'link.js'));
    await attempt(snapshots, folder, 1, { 'link.js': 'ours' });
    assert.equal(read('real/t.js'), 'ours');
    // Some editors replace a link by a file; here with our content.
    unlinkSync(path.join(folder, 'link.js'));
    writeFileSync(path.join(folder, 'link.js'), 'ours');
    const report = await snapshots.undo();
    assert.deepEqual(report.restored.toSorted(), ['link.js', 'real/t.js']);
    assert.ok(lstatSync(path.join(folder, 'link.js')).isSymbolicLink());
    assert.equal(readlinkSync(path.join(folder, 'link.js')), 'real/t.js');
    assert.equal(read('real/t.js'), 'target');
  });

  it('does not follow a directory that became a link out of the folder', async () => {
    put(folder, { 'src/a.js': 'original' });
    await attempt(snapshots, folder, 1, { 'src/a.js': 'ours' });
    put(place.at('outside'), { 'a.js': 'ours' });
    rmSync(path.join(folder, 'src'), { recursive: true });
    symlinkSync(place.at('outside'), path.join(folder, 'src'));
    const report = await snapshots.undo();
    assert.match(report.kept[0]?.why ?? '', /leads out of the workspace folder/);
    assert.equal(readFileSync(place.at('outside', 'a.js'), 'utf8'), 'ours');
  });

  it('takes a content from git when its copy is damaged, and says when both are lost', async () => {
    folder = repository(place, 'repo', { 'a.js': 'original\n', 'b.js': 'original b\n' });
    const home = process.env.HOME;
    process.env.HOME = place.at('home');
    try {
      snapshots = await open(place, folder);
      await attempt(snapshots, folder, 1, { 'a.js': 'ours', 'b.js': 'ours' });
      assert.deepEqual(await snapshots.settled(), []);
      const copies = path.join(place.session, 'checkpoints', 'copies');
      writeFileSync(path.join(copies, sha256('original\n')), 'damaged!\n');
      rmSync(path.join(copies, sha256('original b\n')));
      assert.deepEqual((await snapshots.undo()).restored, ['a.js', 'b.js']);
      assert.deepEqual([read('a.js'), read('b.js')], ['original\n', 'original b\n']);

      await attempt(snapshots, folder, 2, { 'a.js': 'ours again' });
      await snapshots.forgetRefs();
      rmSync(copies, { recursive: true });
      const report = await snapshots.undo();
      assert.deepEqual(
        report.failed.map((file) => file.path),
        ['a.js'],
      );
      assert.match(report.failed[0]?.why ?? '', /damaged or gone/);
      assert.equal(read('a.js'), 'ours again');
    } finally {
      process.env.HOME = home;
    }
  });

  it('sets a damaged snapshot aside and still knows the original', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'one' });
    await attempt(snapshots, folder, 2, { 'a.js': 'two' });
    const first = path.join(place.session, 'checkpoints', '000001.json');
    writeFileSync(first, readFileSync(first, 'utf8').replace('"turn": 1', '"turn": 7'));
    const report = await (await open(place, folder)).undo();
    assert.match(report.notices[0] ?? '', /000001\.json is damaged.*checksum is wrong.*moved to .*\.damaged/);
    assert.equal(read('a.js'), 'original\n');
    await attempt(snapshots, folder, 3, { 'a.js': 'three' });
    assert.deepEqual(
      readdirSync(path.dirname(first))
        .filter((name) => /^\d/.test(name))
        .sort(),
      ['000001.json.damaged', '000002.json', '000003.json'],
    );
  });

  it('changes nothing where the newest snapshot is damaged, because what is there may be anyone’s', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'one' });
    writeFileSync(path.join(place.session, 'checkpoints', '000001.json'), '{');
    const report = await snapshots.undo();
    assert.deepEqual([report.restored, report.notices.length], [[], 1]);
    assert.equal(read('a.js'), 'one');
  });

  it('says whose content each file holds', async () => {
    await attempt(snapshots, folder, 1, { 'a.js': 'one', 'b.js': 'one', 'new.js': 'one' });
    writeFileSync(path.join(folder, 'a.js'), 'original\n');
    writeFileSync(path.join(folder, 'b.js'), 'theirs');
    assert.deepEqual(await snapshots.status(), [
      { path: 'a.js', state: 'original' },
      { path: 'b.js', state: 'changed' },
      { path: 'new.js', state: 'attempt' },
    ]);
  });

  it('shows the difference as a unified diff', async () => {
    put(folder, { 'crlf.js': 'one\r\ntwo\r\n', 'bin.dat': new Uint8Array([0, 1, 2]) });
    await attempt(snapshots, folder, 1, {
      'a.js': 'changed\n',
      'new.js': 'n\n',
      'b.js': 'x',
      'bin.dat': new Uint8Array([0, 3]),
    });
    await attempt(snapshots, folder, 2, { 'b.js': 'original b\n', 'crlf.js': 'one\ntwo\n' });
    const diffs = await snapshots.diff();
    assert.deepEqual(
      diffs.map(({ path: name, change }) => [name, change]),
      [
        ['a.js', 'modified'],
        ['new.js', 'added'],
        ['bin.dat', 'modified'],
        ['crlf.js', 'modified'],
      ],
    );
    assert.equal(diffs[0]?.patch, '--- a/a.js\n+++ b/a.js\n@@ -1,1 +1,1 @@\n-original\n+changed\n');
    assert.match(diffs[1]?.patch ?? '', /^--- \/dev\/null\n\+\+\+ b\/new\.js\n/);
    assert.match(diffs[2]?.patch ?? '', /^Binary files/);
    assert.match(diffs[3]?.patch ?? '', /^Only line endings/);
  });
});

describe('a snapshot', () => {
  let place: Place;
  beforeEach(() => {
    place = makePlace();
    put(place.at('folder'), { 'a.js': 'a' });
  });
  afterEach(() => place.remove());

  for (const [name, target, code] of [
    ['a path out of the folder', '../outside.js', 'checkpoints.path-refused'],
    ['an absolute path', '/etc/passwd', 'checkpoints.path-refused'],
    ['git’s own data', '.git/config', 'checkpoints.path-refused'],
    ['git’s own data in other letters', 'sub/.GIT/hooks/pre-commit', 'checkpoints.path-refused'],
    ['a link out of the folder', 'out/x.js', 'checkpoints.path-refused'],
    ['a directory', 'directory', 'checkpoints.not-a-file'],
  ] as const) {
    it(`is refused for ${name}`, async () => {
      mkdirSync(place.at('elsewhere'));
      mkdirSync(place.at('folder', 'directory'));
      symlinkSync(place.at('elsewhere'), place.at('folder', 'out'));
      const snapshots = await open(place, place.at('folder'));
      await assert.rejects(
        snapshots.save(1, [
          { path: 'a.js', after: sha256('') },
          { path: target, after: sha256('') },
        ]),
        { code },
      );
      assert.ok(!existsSync(place.session));
    });
  }

  it('is readable by the user only', async () => {
    const snapshots = await open(place, place.at('folder'));
    await attempt(snapshots, place.at('folder'), 1, { 'a.js': 'b' });
    for (const [name, description] of snapshot(place.session))
      assert.match(description, /^(?:directory 700|file 600)/, name);
  });

  it('that cannot be stored is an error that says nothing was written', async () => {
    // A file where the session's directory should be stops even root.
    writeFileSync(place.at('state'), '');
    const snapshots = await open(place, place.at('folder'));
    await assert.rejects(snapshots.save(1, [{ path: 'a.js', after: sha256('') }]), {
      code: 'checkpoints.cannot-save',
      message: /the attempt was not written/,
    });
  });
});
