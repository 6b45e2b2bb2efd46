import { realpath } from 'node:fs/promises';
import type { Neighbour } from '../agent/task.ts';
import type { Verdict } from '../agent/verdict.ts';
import { rankCandidates } from './candidates.ts';
import { chooseTarget } from './chosen-target.ts';
import { Lookup } from './lookup.ts';
import { namedTargets } from './named-target.ts';
import { neighboursOf } from './neighbours.ts';
import type { TargetSource } from './target-source.ts';

export interface FoundTarget {
  /** At least one. */
  readonly files: readonly TargetSource[];
  /** Most useful first: the failing tests, then signatures of what the target imports. */
  readonly neighbours: readonly Neighbour[];
  /** One sentence for the developer: what was chosen, and why. */
  readonly why: string;
}

/**
 * Finds the files to change: those named, or else the one that the failing tests point at by stack frames and imports.
 * Reads a few files, and never walks the workspace.
 * @param folder absolute
 * @param spec a target as typed: `path`, `path:line`, `path:symbol`; relative to the current directory or the folder
 * @param baseline the verdict on the unchanged workspace
 * @throws RetuneError `target.missing`, `.refused`, `.directory`, `.binary`, `.too-large`, `.unreadable`,
 * `.symbol-missing`, `.symbol-ambiguous`, `.line-beyond-end`, `.unknown`, `.ambiguous`; `cancelled`
 */
export async function findTarget(
  folder: string,
  spec: string | readonly string[] | undefined,
  baseline: Verdict | undefined,
  signal: AbortSignal,
): Promise<FoundTarget> {
  const lookup = new Lookup(await realpath(folder), signal);
  const specs = typeof spec === 'string' ? [spec] : (spec ?? []);
  const candidates = baseline ? await rankCandidates(baseline, lookup) : [];
  const { files, why } =
    specs.length > 0
      ? await namedTargets({ folder, cwd: process.cwd() }, specs, candidates, lookup)
      : await chooseTarget(candidates, baseline, lookup);
  return { files, why, neighbours: await neighboursOf(files, baseline, lookup) };
}
