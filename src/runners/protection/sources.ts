import { lstatSync } from 'node:fs';
import type { TestProject } from '../runner.ts';
import { inTurns } from '../running/turns.ts';
import { stateOf } from './fingerprint.ts';
import { under } from './ignored.ts';
import { ProtectedTree } from './protected-tree.ts';

export interface SourceOptions {
  /** Endings of source files, with their dot. */
  readonly languages: readonly string[];
  /** Files that an attempt may change, relative to the folder with `/`. */
  readonly except: readonly string[];
  /** Ms since the epoch; what was written later, the tests themselves write (a build, generated code), and it is not watched. */
  readonly since: number;
}

/** Source files that no attempt may change: when one of them changes, the tests may fail for that reason. */
export interface Sources {
  /** The beginning of a sentence about the first that changed; undefined when all are as they were. */
  otherCause(): Promise<string | undefined>;
}

/** Remembers the states of the source files of a workspace, as far as they are not protected anyway. */
export async function watchSources(
  project: TestProject,
  { languages, except, since }: SourceOptions,
): Promise<Sources> {
  const { folder, cwd } = project;
  const matches = (path: string): boolean => languages.some((ending) => path.endsWith(ending));
  const tree = await ProtectedTree.open({ folder, cwd, matches, matchesAbove: () => false });
  const excepted = new Set(except);
  const states = new Map<string, string>();
  await inTurns(tree.files, (path) => {
    const written = lstatSync(under(folder, path), { throwIfNoEntry: false })?.ctimeMs ?? since;
    if (written < since && !excepted.has(path)) states.set(path, stateOf(under(folder, path)));
  });
  return {
    async otherCause() {
      let changed: string | undefined;
      await inTurns(states, ([path, before]) => {
        if (changed === undefined && stateOf(under(folder, path)) !== before) changed = path;
      });
      return changed === undefined ? undefined : `${changed} was changed by something else meanwhile`;
    },
  };
}
