import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { presentHash, writeFiles } from '../../../../src/files/edits/write.ts';
import { openSnapshots } from '../../../../src/files/snapshots/open-snapshots.ts';
import type { Snapshots } from '../../../../src/files/snapshots/snapshots.ts';

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A temporary directory with a `home` for git, so that the configuration of the machine plays no part. */
export interface Place {
  readonly root: string;
  /** The session's storage, outside every workspace. */
  readonly session: string;
  at(...parts: readonly string[]): string;
  git(directory: string, ...args: readonly string[]): string;
  gitBytes(directory: string, ...args: readonly string[]): Buffer;
  remove(): void;
}

export const sessionId = '20261120-153012-ab12';

export function makePlace(): Place {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'retune-checkpoints-')));
  const home = path.join(root, 'home');
  mkdirSync(home);
  writeFileSync(
    path.join(home, '.gitconfig'),
    '[user]\n name = Dev\n email = dev@example.com\n[init]\n defaultBranch = main\n[protocol "file"]\n allow = always\n',
  );
  const environment = { ...process.env, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_OPTIONAL_LOCKS: '0' };
  return {
    root,
    session: path.join(root, 'state', sessionId),
    at: (...parts) => path.join(root, ...parts),
    git: (directory, ...args) =>
      execFileSync('git', ['-C', directory, ...args], {
        env: environment,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    gitBytes: (directory, ...args) => execFileSync('git', ['-C', directory, ...args], { env: environment }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A repository with one commit of `files`. */
export function repository(place: Place, name: string, files: Readonly<Record<string, string>>): string {
  const top = place.at(name);
  mkdirSync(top, { recursive: true });
  place.git(top, 'init', '-q');
  put(top, files);
  place.git(top, 'add', '-A');
  place.git(top, 'commit', '-qm', 'first');
  return top;
}

export function put(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

/** One attempt as a session makes it: snapshot first, then the files. */
export async function attempt(
  snapshots: Snapshots,
  folder: string,
  turn: number,
  files: Readonly<Record<string, string | Uint8Array>>,
) {
  const changes = Object.entries(files).map(([name, content]) => ({ path: name, bytes: Buffer.from(content) }));
  const snapshot = await snapshots.save(
    turn,
    changes.map(({ path: name, bytes }) => ({ path: name, after: sha256(bytes) })),
  );
  const expected = await Promise.all(changes.map(({ path: name }) => presentHash(folder, name)));
  const result = await writeFiles(
    folder,
    changes.map((change, i) => ({ ...change, expected: expected[i]! })),
  );
  if (result.kind !== 'written') throw new Error(`The attempt could not be written: ${JSON.stringify(result)}`);
  return snapshot;
}

export function open(place: Place, folder: string): Promise<Snapshots> {
  return openSnapshots(folder, place.session);
}

/** Everything below a directory: kind, mode and content of each entry, by its relative path. */
export function snapshot(directory: string, except: (relative: string) => boolean = () => false): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (relative: string) => {
    for (const name of readdirSync(path.join(directory, relative))) {
      const at = path.join(relative, name);
      if (except(at)) continue;
      const stats = lstatSync(path.join(directory, at));
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isDirectory()) {
        found.set(at, `directory ${mode}`);
        walk(at);
      } else if (stats.isSymbolicLink()) found.set(at, `link ${readlinkSync(path.join(directory, at))}`);
      else found.set(at, `file ${mode} ${sha256(readFileSync(path.join(directory, at)))}`);
    }
  };
  walk('');
  return found;
}

/**
 * The developer's state of a repository: what `git status` says and every byte in its git directory but for objects and our refs.
 * Index, HEAD, branches, stash, reflogs, configuration, hooks and the state of a merge or a rebase are among it.
 */
export function gitState(place: Place, top: string): { status: string; stash: string; files: Map<string, string> } {
  const common = place.git(top, 'rev-parse', '--path-format=absolute', '--git-common-dir').trim();
  const ours = /^(?:modules[/\\].+[/\\])?(?:objects|refs[/\\]retune)(?:[/\\]|$)/;
  return {
    status: place.git(top, 'status', '--porcelain=v2', '--branch', '--ignored'),
    stash: place.git(top, 'stash', 'list'),
    files: snapshot(common, (relative) => ours.test(relative)),
  };
}
