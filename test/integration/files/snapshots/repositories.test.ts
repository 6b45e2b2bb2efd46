import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { attempt, gitState, makePlace, open, type Place, put, repository, sessionId, snapshot } from './support.ts';

interface Scene {
  readonly folder: string;
  /** Repositories whose state must not change. */
  readonly tops: readonly string[];
  /** What the attempt writes. */
  readonly writes: Readonly<Record<string, string | Uint8Array>>;
  /** The repository that holds a copy; absent = none can. */
  readonly copyIn?: string;
  /** What the developer is told where none can. */
  readonly why?: RegExp;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const foreign = 'a repository of another owner';
const source = 'export const a = 1;\n';
const changed = 'export const a = 2;\n';

function plain(place: Place): Scene {
  const top = repository(place, 'repo', { 'src/a.js': source, 'b.js': 'b\n' });
  put(top, { 'b.js': 'the developer is working here\n', 'untracked.txt': 'x' });
  place.git(top, 'add', 'b.js');
  put(top, { 'src/a.js': `${source}// not staged\n` });
  return { folder: top, tops: [top], writes: { 'src/a.js': changed, 'src/new.js': 'new\n' }, copyIn: top };
}

const scenes: Readonly<Record<string, (place: Place) => Scene>> = {
  'a repository with staged, changed and untracked files': plain,

  'a stash, a tag, packed refs and a reflog'(place) {
    const scene = plain(place);
    place.git(scene.folder, 'stash', 'push', '-q');
    place.git(scene.folder, 'tag', 'v1');
    place.git(scene.folder, 'pack-refs', '--all');
    return scene;
  },

  'no commit yet'(place) {
    const top = place.at('repo');
    mkdirSync(top);
    place.git(top, 'init', '-q');
    put(top, { 'a.js': source, 'b.js': 'b\n' });
    place.git(top, 'add', 'b.js');
    return { folder: top, tops: [top], writes: { 'a.js': changed }, copyIn: top };
  },

  'a detached HEAD'(place) {
    const scene = plain(place);
    place.git(scene.folder, 'checkout', '-q', '--detach');
    return scene;
  },

  'a merge in progress'(place) {
    const top = conflicting(place);
    assert.throws(() => place.git(top, 'merge', 'other'));
    return { folder: top, tops: [top], writes: { 'a.js': changed }, copyIn: top };
  },

  'a rebase in progress'(place) {
    const top = conflicting(place);
    assert.throws(() => place.git(top, 'rebase', 'other'));
    return { folder: top, tops: [top], writes: { 'a.js': changed }, copyIn: top };
  },

  'a linked worktree'(place) {
    const top = repository(place, 'repo', { 'a.js': source });
    place.git(top, 'worktree', 'add', '-q', place.at('linked'));
    return {
      folder: place.at('linked'),
      tops: [top, place.at('linked')],
      writes: { 'a.js': changed },
      copyIn: place.at('linked'),
    };
  },

  'a submodule that holds the target'(place) {
    const library = repository(place, 'library', { 'a.js': source });
    const top = repository(place, 'repo', { 'main.js': 'm\n' });
    place.git(top, 'submodule', '--quiet', 'add', library, 'lib');
    place.git(top, 'commit', '-qm', 'library');
    return {
      folder: top,
      tops: [top, path.join(top, 'lib')],
      writes: { 'lib/a.js': changed },
      copyIn: path.join(top, 'lib'),
    };
  },

  'a sparse checkout with a split index'(place) {
    const top = repository(place, 'repo', { 'in/a.js': source, 'out/b.js': 'b\n' });
    place.git(top, 'sparse-checkout', 'set', 'in');
    place.git(top, 'config', 'core.splitIndex', 'true');
    place.git(top, 'update-index', '--split-index');
    return { folder: top, tops: [top], writes: { 'in/a.js': changed, 'out/c.js': 'c\n' }, copyIn: top };
  },

  'a target that .gitignore names'(place) {
    const top = repository(place, 'repo', { '.gitignore': 'generated/\n' });
    put(top, { 'generated/a.js': source });
    return { folder: top, tops: [top], writes: { 'generated/a.js': changed }, copyIn: top };
  },

  'autocrlf, a clean and smudge filter and an encoding'(place) {
    const top = repository(place, 'repo', { 'a.js': source });
    place.git(top, 'config', 'core.autocrlf', 'true');
    place.git(top, 'config', 'filter.upper.clean', 'tr a-z A-Z');
    place.git(top, 'config', 'filter.upper.smudge', 'tr A-Z a-z');
    place.git(top, 'config', 'filter.upper.required', 'true');
    put(top, { '.gitattributes': '*.js filter=upper\n*.txt working-tree-encoding=UTF-16LE eol=crlf\n' });
    put(top, {
      'a.js': 'mixed\r\nline\nendings\r\n',
      'b.txt': Buffer.from('h\0i\0\n\0', 'latin1'),
      'c.bin': new Uint8Array([0, 255, 13, 10]),
    });
    return { folder: top, tops: [top], writes: { 'a.js': changed, 'b.txt': 'x', 'c.bin': 'y' }, copyIn: top };
  },

  'hooks, reflogs for every ref, fsmonitor and signing'(place) {
    const scene = plain(place);
    const hook = path.join(scene.folder, '.git', 'hooks', 'reference-transaction');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch '${place.at('hook-ran')}'\n`);
    chmodSync(hook, 0o755);
    place.git(scene.folder, 'config', 'core.logAllRefUpdates', 'always');
    place.git(scene.folder, 'config', 'core.fsmonitor', `touch '${place.at('hook-ran')}'; false`);
    place.git(scene.folder, 'config', 'core.untrackedCache', 'true');
    place.git(scene.folder, 'config', 'commit.gpgSign', 'true');
    place.git(scene.folder, 'config', 'gpg.program', 'false');
    return scene;
  },

  'variables of git in the environment'(place) {
    const scene = plain(place);
    const elsewhere = repository(place, 'elsewhere', { 'x.js': 'x\n' });
    return {
      ...scene,
      tops: [scene.folder, elsewhere],
      environment: {
        GIT_DIR: path.join(elsewhere, '.git'),
        GIT_WORK_TREE: elsewhere,
        GIT_INDEX_FILE: path.join(elsewhere, '.git', 'index'),
        GIT_OBJECT_DIRECTORY: path.join(elsewhere, '.git', 'objects'),
        GIT_NAMESPACE: 'x',
        GIT_EDITOR: 'false',
        EDITOR: 'false',
      },
    };
  },

  'a folder below the top, and names with spaces, other scripts and a leading dash'(place) {
    const top = repository(place, 'my repo', {
      'pack age/-rf.js': source,
      'pack age/größe 你好.js': source,
      'c.js': 'c\n',
    });
    return {
      folder: path.join(top, 'pack age'),
      tops: [top],
      writes: { '-rf.js': changed, 'größe 你好.js': changed, '--help/"quoted".js': 'q\n' },
      copyIn: top,
    };
  },

  'symbolic links'(place) {
    const top = repository(place, 'repo', { 'real/a.js': source });
    symlinkSync('real/a.js', path.join(top, 'link.js'));
    symlinkSync('real', path.join(top, 'dir'));
    put(top, { 'real/b.js': source });
    return { folder: top, tops: [top], writes: { 'link.js': changed, 'dir/b.js': changed }, copyIn: top };
  },

  'no repository'(place) {
    put(place.at('folder'), { 'a.js': source });
    return { folder: place.at('folder'), tops: [], writes: { 'a.js': changed, 'x/y/z.js': 'z\n' } };
  },

  'git not on the PATH'(place) {
    const { copyIn: _none, ...scene } = plain(place);
    return { ...scene, environment: { PATH: '/nonexistent:relative' }, why: /no program `git` on the PATH/ };
  },

  'an object store that cannot be written'(place) {
    const { copyIn: _none, ...scene } = plain(place);
    // A file where a directory of objects would be made stops even root.
    const objects = path.join(scene.folder, '.git', 'objects');
    place.git(scene.folder, 'repack', '-adq');
    place.git(scene.folder, 'prune-packed');
    for (let i = 0; i < 256; i++) {
      const directory = path.join(objects, i.toString(16).padStart(2, '0'));
      if (existsSync(directory)) rmSync(directory, { recursive: true });
      writeFileSync(directory, '');
    }
    return { ...scene, why: /Not a directory|unable to/ };
  },

  'a .git that is broken'(place) {
    put(place.at('folder'), { 'a.js': source, '.git': 'gitdir: /nonexistent\n' });
    return { folder: place.at('folder'), tops: [], writes: { 'a.js': changed }, why: /not a git repository/ };
  },

  [foreign](place) {
    const { copyIn: _none, ...scene } = plain(place);
    return { ...scene, environment: { SUDO_UID: undefined }, why: /dubious ownership/ };
  },

  'a repository with SHA-256 names'(place) {
    const top = place.at('repo');
    mkdirSync(top);
    place.git(top, 'init', '-q', '--object-format=sha256');
    put(top, { 'a.js': source });
    return { folder: top, tops: [top], writes: { 'a.js': changed }, copyIn: top };
  },
};

function conflicting(place: Place): string {
  const top = repository(place, 'repo', { 'a.js': source });
  place.git(top, 'checkout', '-qb', 'other');
  put(top, { 'a.js': 'theirs\n' });
  place.git(top, 'commit', '-qam', 'theirs');
  place.git(top, 'checkout', '-q', 'main');
  put(top, { 'a.js': 'mine\n' });
  place.git(top, 'commit', '-qam', 'mine');
  return top;
}

describe('snapshots in repositories of every kind', () => {
  let place: Place;
  let earlier: NodeJS.ProcessEnv;
  beforeEach(() => {
    place = makePlace();
    earlier = { ...process.env };
    process.env.HOME = place.at('home');
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in earlier)) delete process.env[name];
    Object.assign(process.env, earlier);
    place.remove();
  });

  for (const [name, build] of Object.entries(scenes)) {
    // Only root can give files away.
    const test = name === foreign && process.getuid?.() !== 0 ? it.skip : it;
    test(name, async () => {
      const scene = build(place);
      const { folder, tops, writes, copyIn, environment = {} } = scene;
      if (name === foreign) giveAway(path.join(folder, '.git'));
      const states = () => (name === foreign ? [] : tops.map((top) => gitState(place, top)));
      const before = { states: states(), files: snapshot(folder, (at) => /(^|[/\\])\.git([/\\]|$)/.test(at)) };
      const contents = new Map(Object.keys(writes).map((file) => [file, contentOf(path.join(folder, file))]));

      rmSync(place.at('hook-ran'), { force: true });
      for (const [variable, value] of Object.entries(environment)) {
        if (value === undefined) delete process.env[variable];
        else process.env[variable] = value;
      }
      const snapshots = await open(place, folder);
      const first = await attempt(snapshots, folder, 1, writes);
      await snapshots.save(
        2,
        Object.keys(writes).map((file) => ({ path: file, after: '0'.repeat(64) })),
      );
      const notices = await snapshots.settled();
      const undone = await (await open(place, folder)).undo();
      for (const variable of Object.keys(environment)) {
        if (earlier[variable] === undefined) delete process.env[variable];
        else process.env[variable] = earlier[variable];
      }

      // Asked first, because `git status` itself runs the monitor.
      assert.ok(!existsSync(place.at('hook-ran')), 'a program of the configuration ran');
      assert.deepEqual([undone.kept, undone.failed], [[], []]);
      assert.deepEqual(states(), before.states);
      assert.deepEqual(
        snapshot(folder, (at) => /(^|[/\\])\.git([/\\]|$)/.test(at)),
        before.files,
      );

      if (copyIn === undefined) {
        assert.match(notices.join('\n'), scene.why ?? /^$/);
        return;
      }
      assert.deepEqual(notices, []);
      assert.equal(first.id, `${sessionId}/1`);
      for (const [file, content] of contents) {
        if (content === undefined) continue;
        const stored = storedBytes(place, copyIn, `refs/retune/${first.id}`, folder, file);
        assert.deepEqual(stored, content, `${file} in git`);
      }
      assert.deepEqual(
        readdirSync(path.join(place.session, 'checkpoints')).filter((entry) => entry.startsWith('index')),
        [],
      );
      await snapshots.forgetRefs();
      assert.equal(place.git(copyIn, 'for-each-ref', 'refs/retune'), '');
      assert.deepEqual(states(), before.states);
    });
  }
});

function contentOf(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** What the private ref holds, raw. */
function storedBytes(place: Place, top: string, ref: string, folder: string, file: string): Buffer {
  const real = place.git(top, 'rev-parse', '--show-toplevel').trim();
  const inside = path.relative(real, path.join(folder, file));
  // A link of the working tree is a link in the snapshot; what it points to is beside it.
  const name = inside.replace(/^link\.js$/, 'real/a.js').replace(/^dir\//, 'real/');
  return place.gitBytes(top, 'cat-file', 'blob', `${ref}:${name}`);
}

function giveAway(directory: string): void {
  for (const entry of ['', ...snapshot(directory).keys()]) {
    chownSync(path.join(directory, entry), 12345, 12345);
  }
}
