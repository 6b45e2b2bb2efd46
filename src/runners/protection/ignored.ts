import { isAbsolute, join, relative, sep } from 'node:path';
import { runProcess } from '../../shared/process/run-process.ts';
import { toolVariables } from '../../shared/process/variables.ts';

/** Folders that never contain the developer's tests, whether Git ignores them or not. */
const never =
  /^(\.git|\.hg|\.svn|node_modules|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.nox|\.gradle)$/;

export function isNeverLookedInto(name: string): boolean {
  return never.test(name);
}

/**
 * What Git ignores in a directory: files, and folders with a final `/`, relative to it with `/`.
 * Empty without Git, or outside a repository.
 */
export async function ignoredIn(directory: string, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  return new Set(await git(directory, ['ls-files', '--others', '--ignored', '--directory', ...standard], signal));
}

/** Those of a few paths, relative to a directory with `/`, that Git ignores now. */
export async function ignoredAmong(
  directory: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ignored = new Set(paths);
  // A command line has room for a limited number of paths.
  for (let first = 0; first < paths.length; first += 100) {
    const some = paths.slice(first, first + 100);
    const listed = await git(directory, ['ls-files', '--cached', '--others', ...standard, '--', ...some], signal);
    for (const path of listed ?? some) ignored.delete(path);
  }
  return ignored;
}

const standard = ['--exclude-standard', '-z'];

/** @returns undefined without Git, or outside a repository */
async function git(
  directory: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  const { kind, code, stdout, omitted } = await runProcess(
    {
      // A repository's own configuration could name a program for this.
      argv: ['git', '-c', 'core.fsmonitor=false', ...args],
      cwd: directory,
      env: toolVariables(process.env, { GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1', LC_ALL: 'C' }),
      timeoutMs: 20_000,
      keep: { stdout: 32 << 20, stderr: 1000 },
      what: 'The search for protected files',
    },
    signal,
  );
  if (kind !== 'exited' || code !== 0 || omitted > 0) return undefined;
  return stdout.split('\0').filter((path) => path !== '');
}

/** A path relative to a directory with `/`; undefined when it lies outside. */
export function inside(directory: string, path: string): string | undefined {
  const found = relative(directory, path);
  if (found === '' || found === '..' || found.startsWith(`..${sep}`) || isAbsolute(found)) return undefined;
  return found.split(sep).join('/');
}

export function under(directory: string, path: string): string {
  return join(directory, ...path.split('/'));
}
