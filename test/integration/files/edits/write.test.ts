import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '../../../../src/files/edits/sha256.ts';
import { cleanTemporaries, temporaryBeside } from '../../../../src/files/edits/temporaries.ts';
import { type FileChange, writeFiles } from '../../../../src/files/edits/write.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';

const windows = process.platform === 'win32';
const bytes = (text: string) => Buffer.from(text);
const hash = (text: string) => sha256Of(bytes(text));

describe('writing files', () => {
  let root: string;
  let folder: string;
  const at = (...names: string[]) => join(folder, ...names);
  const put = (name: string, text: string) => {
    mkdirSync(join(at(name), '..'), { recursive: true });
    writeFileSync(at(name), text);
  };
  const text = (name: string) => readFileSync(at(name), 'utf8');
  const change = (path: string, from: string | null, to: string | null): FileChange => ({
    path,
    bytes: to === null ? null : bytes(to),
    expected: from === null ? null : hash(from),
  });
  /** Runs statements in a process of their own; resolves however it ends. */
  const inProcess = (statements: string, limits = ':') => {
    const source = (name: string) => JSON.stringify(new URL(`../../../../src/files/edits/${name}.ts`, import.meta.url));
    const script = `import { appendFileSync, existsSync } from 'node:fs'; import { join } from 'node:path';
      import { presentHash, writeFiles } from ${source('write')}; import { sha256Of } from ${source('sha256')};
      const folder = ${JSON.stringify(folder)};
      ${statements}`;
    const node = [process.execPath, '--input-type=module', '--eval', script];
    const command = windows ? node : ['/bin/sh', '-c', `${limits}; exec "$@"`, 'sh', ...node];
    return new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile(command[0]!, command.slice(1), (_, stdout, stderr) => resolve({ stdout, stderr }));
    });
  };
  const refusal = (path: string, from: string | null = null) =>
    rejected(() => writeFiles(folder, [change(path, from, 'x')]));

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'retune-write-')));
    folder = join(root, 'workspace');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('replaces, creates and removes, and leaves no other file', async () => {
    put('a.js', 'old');
    put('gone.js', 'gone');
    const result = await writeFiles(folder, [
      change('a.js', 'old', 'new'),
      change('made/deep/b.js', null, 'b'),
      change('gone.js', 'gone', null),
    ]);
    assert.deepEqual(result, {
      kind: 'written',
      files: [
        { path: 'a.js', sha256: hash('new') },
        { path: 'made/deep/b.js', sha256: hash('b') },
        { path: 'gone.js', sha256: null },
      ],
    });
    assert.equal(text('a.js'), 'new');
    assert.equal(text('made/deep/b.js'), 'b');
    assert.deepEqual(readdirSync(folder).sort(), ['a.js', 'made']);
    assert.deepEqual(readdirSync(at('made/deep')), ['b.js']);
  });

  it('writes nothing when one of the files is not what was expected', async () => {
    put('a.js', 'a');
    put('b.js', 'theirs');
    const result = await writeFiles(folder, [
      change('a.js', 'a', 'A'),
      change('b.js', 'b', 'B'),
      change('c.js', 'c', 'C'),
    ]);
    assert.deepEqual(result, {
      kind: 'conflict',
      paths: ['b.js', 'c.js'],
      conflicts: [
        { path: 'b.js', expected: hash('b'), found: hash('theirs') },
        { path: 'c.js', expected: hash('c'), found: null },
      ],
    });
    assert.deepEqual([text('a.js'), text('b.js'), readdirSync(folder)], ['a', 'theirs', ['a.js', 'b.js']]);
  });

  it('does not create a file where one has appeared', async () => {
    put('a.js', 'theirs');
    const result = await writeFiles(folder, [change('a.js', null, 'ours')]);
    assert.equal(result.kind, 'conflict');
    assert.equal(text('a.js'), 'theirs');
  });

  it('leaves a file alone that already holds the new content', async () => {
    put('a.js', 'same');
    const before = statSync(at('a.js'), { bigint: true });
    assert.equal((await writeFiles(folder, [change('a.js', 'same', 'same')])).kind, 'written');
    const after = statSync(at('a.js'), { bigint: true });
    assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs]);
  });

  it('keeps the mode, or sets the one asked for', async function () {
    if (windows) this.skip();
    put('run.sh', 'old');
    chmodSync(at('run.sh'), 0o755);
    await writeFiles(folder, [change('run.sh', 'old', 'new')]);
    assert.equal(statSync(at('run.sh')).mode & 0o777, 0o755);
    await writeFiles(folder, [{ ...change('run.sh', 'new', 'new'), mode: 0o640 }]);
    assert.equal(statSync(at('run.sh')).mode & 0o777, 0o640);
  });

  it('writes through a link that stays inside', async function () {
    if (windows) this.skip();
    put('real/a.js', 'old');
    symlinkSync('real/a.js', at('link.js'));
    symlinkSync('real', at('folder'));
    assert.equal((await writeFiles(folder, [change('link.js', 'old', 'new')])).kind, 'written');
    assert.equal(readlinkSync(at('link.js')), 'real/a.js');
    assert.equal(text('real/a.js'), 'new');
    assert.equal((await writeFiles(folder, [change('folder/a.js', 'new', 'newer')])).kind, 'written');
    assert.equal(text('real/a.js'), 'newer');
    assert.deepEqual(readdirSync(at('real')), ['a.js']);
  });

  it('refuses links out of the folder, into .git, and to nothing', async function () {
    if (windows) this.skip();
    writeFileSync(join(root, 'outside.js'), 'old');
    mkdirSync(join(root, 'elsewhere'));
    put('.git/config', 'old');
    symlinkSync('../outside.js', at('out.js'));
    symlinkSync('../elsewhere', at('out'));
    symlinkSync('.git', at('metadata'));
    symlinkSync('nowhere.js', at('dangling.js'));
    symlinkSync('loop.js', at('loop.js'));
    const refused: [string, string][] = [
      ['out.js', 'link-out'],
      ['out/new.js', 'link-out'],
      ['out/deep/new.js', 'link-out'],
      ['metadata/config', 'git'],
      ['.git/config', 'git'],
      ['.GIT/hooks/pre-commit', 'git'],
      ['dangling.js', 'dangling-link'],
      ['loop.js', 'dangling-link'],
      ['../outside.js', 'parent'],
      [join(root, 'outside.js'), 'absolute'],
      ['a\0.js', 'character'],
    ];
    for (const [path, problem] of refused) {
      const error = await refusal(path, 'old');
      assert.deepEqual([error.code, error.data.problem], ['edits.path-refused', problem], path);
    }
    assert.equal(readFileSync(join(root, 'outside.js'), 'utf8'), 'old');
    assert.equal(text('.git/config'), 'old');
    assert.deepEqual(readdirSync(join(root, 'elsewhere')), []);
  });

  it('refuses what is no file, a read-only file, and one file under two names', async () => {
    mkdirSync(at('directory.js'));
    put('locked.js', 'old');
    chmodSync(at('locked.js'), 0o444);
    put('a.js', 'old');
    put('Upper/x.js', 'x');
    linkSync(at('a.js'), at('b.js'));
    assert.equal((await refusal('directory.js')).code, 'edits.not-a-file');
    assert.equal((await refusal('locked.js', 'old')).code, 'edits.read-only');
    assert.equal((await refusal('a.js/b.js')).data.problem, 'not-a-folder');
    const twice = await rejected(() => writeFiles(folder, [change('a.js', 'old', '1'), change('./b.js', 'old', '2')]));
    assert.equal(twice.data.problem, 'same-file');
    assert.equal(text('a.js'), 'old');
  });

  it('leaves the other names of a hard link as they were', async () => {
    put('a.js', 'old');
    linkSync(at('a.js'), join(root, 'other-name.js'));
    assert.equal((await writeFiles(folder, [change('a.js', 'old', 'new')])).kind, 'written');
    assert.equal(text('a.js'), 'new');
    assert.equal(readFileSync(join(root, 'other-name.js'), 'utf8'), 'old');
  });

  it('does not wait for a pipe', async function () {
    if (windows) this.skip();
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [at('pipe.js')]);
    assert.equal((await refusal('pipe.js', 'old')).code, 'edits.not-a-file');
  });

  it('leaves everything as it was when the folder cannot be written to', async function () {
    if (windows) this.skip();
    put('a/a.js', 'a');
    put('b/b.js', 'b');
    for (const path of [root, folder, at('a'), at('b'), at('a/a.js'), at('b/b.js')]) chownSync(path, ...nobody);
    chmodSync(at('b'), 0o555);
    const error = await rejected(() =>
      asNobody(() => writeFiles(folder, [change('a/a.js', 'a', 'A'), change('b/b.js', 'b', 'B')])),
    );
    chmodSync(at('b'), 0o755);
    assert.equal(error.code, 'edits.not-writable');
    assert.deepEqual([text('a/a.js'), text('b/b.js'), readdirSync(at('a'))], ['a', 'b', ['a.js']]);
  });

  it('takes the first file back when the second cannot be replaced', async function () {
    if (windows || process.geteuid?.() !== 0) this.skip();
    put('a/a.js', 'a');
    put('b/b.js', 'b');
    for (const path of [root, folder, at('a'), at('a/a.js')]) chownSync(path, ...nobody);
    // In such a folder everybody may make files, and only replace their own.
    chmodSync(at('b'), 0o1777);
    chmodSync(at('b/b.js'), 0o666);
    const before = statSync(at('a/a.js'), { bigint: true });
    const error = await rejected(() =>
      asNobody(() => writeFiles(folder, [change('a/a.js', 'a', 'A'), change('b/b.js', 'b', 'B')])),
    );
    assert.deepEqual([error.code, error.data.path], ['edits.not-writable', 'b/b.js']);
    const after = statSync(at('a/a.js'), { bigint: true });
    assert.deepEqual([after.ino, after.mtimeNs, text('a/a.js')], [before.ino, before.mtimeNs, 'a']);
    assert.deepEqual([readdirSync(at('a')), readdirSync(at('b'))], [['a.js'], ['b.js']]);
  });

  it('keeps the owner when the system lets it', async function () {
    if (windows || process.geteuid?.() !== 0) this.skip();
    put('a.js', 'old');
    chownSync(at('a.js'), 65534, 65534);
    await writeFiles(folder, [change('a.js', 'old', 'new')]);
    const { uid, gid } = statSync(at('a.js'));
    assert.deepEqual([uid, gid], [65534, 65534]);
  });

  it('leaves everything as it was when there is no room', async function () {
    if (windows) this.skip();
    put('a.js', 'a');
    put('b.js', 'b');
    const { stdout } = await inProcess(
      `const big = Buffer.alloc(2_000_000, 'x');
       const [a, b] = [sha256Of(Buffer.from('a')), sha256Of(Buffer.from('b'))];
       process.on('SIGXFSZ', () => {});
       await writeFiles(folder, [{ path: 'new/c.js', bytes: Buffer.from('c'), expected: null },
         { path: 'a.js', bytes: Buffer.from('A'), expected: a }, { path: 'b.js', bytes: big, expected: b }])
         .catch((error) => console.log(error.code, error.data.path));`,
      'ulimit -f 100',
    );
    assert.equal(stdout, 'edits.write-failed b.js\n');
    assert.deepEqual([text('a.js'), text('b.js'), readdirSync(folder).sort()], ['a', 'b', ['a.js', 'b.js']]);
  });

  it('never loses what another process writes at the same time', async () => {
    // The other process appends marks in place, as editors that keep the file do; none may vanish.
    put('a.js', '');
    const seen = join(root, 'seen');
    const other = inProcess(
      `let i = 0;
       for (; i < 150 || !existsSync(${JSON.stringify(seen)}); i++) {
         appendFileSync(join(folder, 'a.js'), 'mark ' + i + '\\n');
         await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
       }
       console.log(i);`,
    );
    let running = true;
    other.finally(() => {
      running = false;
    });
    let written = 0;
    let conflicts = 0;
    for (let i = 0; running; i++) {
      const now = text('a.js');
      const result = await writeFiles(folder, [change('a.js', now, `${now}ours ${i}\n`)]);
      if (result.kind === 'written') written++;
      else conflicts++;
      if (written > 0 && conflicts > 0) writeFileSync(seen, '');
    }
    const marks = Number((await other).stdout);
    const lines = text('a.js').split('\n').filter(Boolean);
    assert.equal(lines.filter((line) => line.startsWith('mark')).length, marks);
    assert.equal(lines.filter((line) => line.startsWith('ours')).length, written);
    assert.ok(written > 0 && conflicts > 0, `${written} written, ${conflicts} conflicts`);
    assert.deepEqual(readdirSync(folder), ['a.js']);
  });

  it('is whole after a kill at any moment', async () => {
    const contents = ['one\n'.repeat(3000), 'two\n'.repeat(4000)];
    for (const name of ['a.js', 'b.js']) put(name, contents[0]!);
    for (let i = 0; i < 6; i++) {
      await inProcess(
        `const contents = ['one\\n'.repeat(3000), 'two\\n'.repeat(4000)];
         setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${3 + i * 7});
         for (;;) for (const from of [0, 1]) await writeFiles(folder, await Promise.all(['a.js', 'b.js'].map(async (path) =>
           ({ path, bytes: Buffer.from(contents[1 - from]), expected: await presentHash(folder, path) }))));`,
      );
      for (const name of ['a.js', 'b.js']) assert.ok(contents.includes(text(name)), `kill ${i}: ${name} is torn`);
      await cleanTemporaries(folder, ['a.js', 'b.js']);
      assert.deepEqual(readdirSync(folder).sort(), ['a.js', 'b.js']);
    }
  });

  it('cleans up after a crash, and only that', async () => {
    put('a.js', 'a');
    put('sub/b.js', 'b');
    const left = [temporaryBeside(at('a.js'), 'new'), temporaryBeside(at('sub/b.js'), 'old')];
    for (const path of left) writeFileSync(path, 'half');
    const others = [temporaryBeside(at('other.js'), 'new'), at('.retune-notes.new~'), `${left[0]}x`];
    for (const path of others) writeFileSync(path, 'theirs');
    const removed = await cleanTemporaries(folder, ['a.js', 'sub/b.js', 'missing/c.js', '../up.js']);
    assert.deepEqual(removed.sort(), left.sort());
    for (const path of others) assert.ok(existsSync(path));
    assert.deepEqual([text('a.js'), text('sub/b.js')], ['a', 'b']);
  });
});

/** The user and group of a stranger; without root, our own. */
const nobody: [number, number] =
  process.geteuid?.() === 0 ? [65534, 65534] : [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];

/** Root may write everywhere. */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await run();
  process.seteuid?.(nobody[0]);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

async function rejected(run: () => Promise<unknown>): Promise<RetuneError> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof RetuneError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'Nothing was thrown.' });
}
