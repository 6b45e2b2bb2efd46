import { createHash } from 'node:crypto';
import { lstat, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../shared/errors/thrown.ts';
import { codeOf } from '../../shared/system-code.ts';
import { segmentsInside } from '../edits/path-inside.ts';
import type { FileState } from './file-state.ts';
import { findGit } from './find-git.ts';
import { Git } from './git.ts';

/** Private: `git status`, branches, tags, `git push` and `git fetch` do not see them. */
const refPrefix = 'refs/retune';

/** The state of one file that is to be copied into git. */
export interface GitFile {
  /** The top of its repository's working tree, real. */
  readonly top: string;
  /** Its path there, with `/`. */
  readonly path: string;
  readonly state: Exclude<FileState, { readonly kind: 'absent' }>;
  /** Where a copy of its content lies on disk. */
  readonly copy: string;
}

/**
 * Keeps states as commits under private refs, made with a temporary index: for `git diff refs/retune/SESSION/TURN -- FILE`, and
 * as a second copy in case the first is damaged. Undo does not depend on them, so they are made from the copies in storage
 * while the session goes on, and a repository that cannot be used is left alone.
 */
export class GitCopies {
  readonly #session: string;
  readonly #scratch: string;
  /** Repositories that were checked: why each cannot be used, or undefined when it can. */
  readonly #known = new Map<string, string | undefined>();
  #program: Promise<string | undefined> | undefined;
  #pending: Promise<void> = Promise.resolve();

  /** @param scratch a directory outside the workspace, which exists by the time something is stored */
  constructor(session: string, scratch: string) {
    this.#session = session;
    this.#scratch = scratch;
  }

  /** The innermost repository around a file and the file's path in it, found without starting git. */
  async locate(real: string): Promise<Pick<GitFile, 'top' | 'path'> | undefined> {
    const top = await topOf(dirname(real));
    if (top === undefined || this.#known.get(top) !== undefined) return undefined;
    const path = segmentsInside(top, real)?.join('/');
    return path === undefined ? undefined : { top, path };
  }

  refName(turn: string): string {
    return `${refPrefix}/${this.#session}/${turn}`;
  }

  /** Begins to store these files under the ref of a turn, after all that was started before. */
  start(turn: string, files: readonly GitFile[]): void {
    const ref = this.refName(turn);
    this.#pending = this.#pending.then(async () => {
      for (const top of new Set(files.map((file) => file.top))) {
        const here = files.filter((file) => file.top === top);
        await this.#unlessRefused(top, () => this.#commit(top, ref, here));
      }
    });
  }

  /** Waits for what was started. @returns sentences about repositories that cannot be used */
  async settled(): Promise<string[]> {
    await this.#pending;
    return [...this.#known].flatMap(([top, why]) =>
      why === undefined ? [] : [`The repository ${top} holds no copies of snapshots, which undo does not need: ${why}`],
    );
  }

  /** @returns undefined when the object is not there */
  async read(top: string, object: string): Promise<Uint8Array | undefined> {
    try {
      return await (await this.#git(top)).blob(object);
    } catch {
      return undefined;
    }
  }

  /** Removes all refs of this session from a repository; nothing else refers to their commits. */
  async forget(top: string): Promise<void> {
    await this.#pending;
    await this.#unlessRefused(top, async () => {
      const git = await this.#git(top);
      const refs = await git.run(['for-each-ref', '--format=%(refname)', `${refPrefix}/${this.#session}/`]);
      const names = refs.split('\n').filter((name) => name !== '');
      const commands = names.map((name) => `delete ${name}`);
      if (commands.length > 0) await updateRefs(git, commands);
    });
  }

  async #unlessRefused(top: string, step: () => Promise<void>): Promise<void> {
    if (this.#known.get(top) !== undefined) return;
    try {
      if (!this.#known.has(top)) await this.#check(top);
      this.#known.set(top, undefined);
      await step();
    } catch (error) {
      const [why = ''] = messageOf(error).trim().split('\n', 1);
      this.#known.set(top, why === '' ? 'git gave no reason.' : why);
    }
  }

  /** With `core.worktree` or a broken `.git`, git works on another folder than the one that was found. */
  async #check(top: string): Promise<void> {
    const found = await (await this.#git(top)).run(['rev-parse', '--show-toplevel']);
    if ((await realpath(found)) !== top) throw new Error(`git takes ${found} for its top folder.`);
  }

  async #commit(top: string, ref: string, files: readonly GitFile[]): Promise<void> {
    const index = `index-${process.pid}`;
    const git = await this.#git(top, index);
    try {
      // Without filters, so that neither line endings nor LFS nor other filters change a byte.
      const stored = await git.run(['hash-object', '-w', '--no-filters', '--', ...files.map(({ copy }) => copy)]);
      const ids = stored.split('\n');
      for (const [i, file] of files.entries()) await checkName(file, ids[i] ?? '');
      // Verbose for the reason given at `updateRefs`.
      const lines = files.map((file, i) => `${modeOf(file)} ${ids[i]}\t${file.path}\0`);
      await git.run(['update-index', '--verbose', '-z', '--add', '--index-info'], lines.join(''));
      const tree = await git.run(['write-tree']);
      const commit = await git.run(['commit-tree', tree, '-m', `Before an attempt of Retune (${ref})`]);
      await updateRefs(git, [`update ${ref} ${commit}`]);
    } finally {
      await rm(join(this.#scratch, index), { force: true });
    }
  }

  async #git(top: string, index = 'index-none'): Promise<Git> {
    this.#program ??= findGit();
    const program = await this.#program;
    if (program === undefined) throw new Error('There is no program `git` on the PATH.');
    return new Git(program, top, this.#scratch, index);
  }
}

/** As one transaction, because that prints `start: ok`, and simple-git waits 50 ms longer for a command that prints nothing. */
async function updateRefs(git: Git, commands: readonly string[]): Promise<void> {
  await git.run(['update-ref', '--stdin'], `${['start', ...commands, 'commit'].join('\n')}\n`);
}

/** The name of an object is a digest of its header and bytes, so equal names mean equal bytes. */
async function checkName({ copy, path }: GitFile, id: string): Promise<void> {
  const content = await readFile(copy);
  const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
  const name = hash.update(`blob ${content.byteLength}\0`).update(content).digest('hex');
  if (name !== id) throw new Error(`git stored something other than ${path}.`);
}

function modeOf({ state }: GitFile): string {
  if (state.kind === 'link') return '120000';
  return (state.mode & 0o100) === 0 ? '100644' : '100755';
}

/** The nearest folder with a `.git` (a folder, or a file in worktrees and submodules). */
async function topOf(directory: string): Promise<string | undefined> {
  for (let at = directory; ; at = dirname(at)) {
    try {
      await lstat(join(at, '.git'));
      return at;
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
      if (dirname(at) === at) return undefined;
    }
  }
}
