import { dirname, extname } from 'node:path';
import type { TestResult } from '../../agent/verdict.ts';
import type { TestProject } from '../runner.ts';
import { inTurns } from '../running/turns.ts';
import { type Fingerprint, fingerprint, isUnchanged } from './fingerprint.ts';
import { globMatcher } from './glob.ts';
import { inside, under } from './ignored.ts';
import { ProtectedTree } from './protected-tree.ts';

export interface ProtectOptions {
  /** Files that the developer allowed to change, relative to the folder with `/`. */
  readonly except?: readonly string[];
  /** Files that the tests themselves write (`Baseline.rewritten`); `folder/*.ext` means new files of a folder. */
  readonly ignore?: readonly string[];
}

/** The files that decide what the tests mean, as they were. */
export interface ProtectedFiles {
  /** Relative to the folder with `/`. */
  readonly paths: ReadonlySet<string>;
  /** false when the workspace has more folders or files than are looked at. */
  readonly complete: boolean;
  /** Those that are new, gone or different now; relative to the folder with `/`, sorted. */
  changed(signal?: AbortSignal): Promise<readonly string[]>;
}

/** An attempt could hide a new file from us by making Git ignore it. */
const always = ['**/.gitignore'];

/**
 * Remembers tests, snapshots, configuration and lock files: what the runner names below the tests' directory, the same
 * names in the folders above it, and the files that a report named.
 */
export async function protect(
  project: TestProject,
  tests: readonly TestResult[],
  options: ProtectOptions = {},
  signal?: AbortSignal,
): Promise<ProtectedFiles> {
  const { folder, cwd } = project;
  const globs = [...project.runner.protects, ...always];
  const names = globs.map((glob) => glob.replace(/^\*\*\//, '')).filter((glob) => !glob.includes('/'));
  const ignoresCase = process.platform === 'win32' || process.platform === 'darwin';
  const excepted = new Set([...(options.except ?? []), ...(options.ignore ?? [])]);
  const isExcepted = (path: string): boolean => excepted.has(path);
  const matches = globMatcher(globs, ignoresCase);
  const matchesAbove = globMatcher(names, ignoresCase);
  const tree = await ProtectedTree.open({ folder, cwd, matches, matchesAbove }, signal);

  const named = tests.map(({ file }) => file).filter((file) => file !== undefined);
  const known = new Map<string, Fingerprint>();
  await inTurns(new Set([...tree.files, ...named.filter((path) => isInside(folder, path))]), async (path) => {
    if (!isExcepted(path)) known.set(path, await fingerprint(under(folder, path)));
  });

  return {
    paths: new Set(known.keys()),
    complete: tree.complete,
    async changed(changeSignal) {
      const changed: string[] = [];
      await inTurns([...known], async ([path, before]) => {
        if (!(await isUnchanged(under(folder, path), before))) changed.push(path);
      });
      for (const path of await tree.added(changeSignal)) {
        if (!known.has(path) && !isExcepted(path) && !isExcepted(newFilesLike(path))) changed.push(path);
      }
      return changed.sort();
    },
  };
}

/** A report is written by the tests, so it may name anything. */
function isInside(folder: string, path: string): boolean {
  return inside(folder, under(folder, path)) === path;
}

/** How {@link ProtectOptions.ignore} names all new files of one kind in one folder. */
export function newFilesLike(path: string): string {
  const folder = dirname(path);
  return `${folder === '.' ? '' : `${folder}/`}*${extname(path)}`;
}
