import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type InsidePath, pathInside, segmentsInside } from '../files/edits/path-inside.ts';
import { pathProblems } from '../files/edits/path-rules.ts';
import type { TextFile } from '../files/edits/text-file.ts';
import type { Candidate } from './candidates.ts';
import {
  targetBinary,
  targetIsDirectory,
  targetMissing,
  targetRefused,
  targetTooLarge,
  targetUnreadable,
} from './errors.ts';
import { type Focus, mediumFileLines } from './focus.ts';
import type { Lookup } from './lookup.ts';
import { closest } from './nearest.ts';
import { maxTextBytes, readText } from './read-text.ts';
import { askedFocus, suggestedFocus, type TargetSource, targetSource } from './target-source.ts';
import { readSpec, type TargetSpec } from './target-spec.ts';

interface Place {
  readonly folder: string;
  readonly cwd: string;
}

type Inside = Extract<InsidePath, { kind: 'inside' }>;

/** The files named as targets, each once. */
export async function namedTargets(
  place: Place,
  specs: readonly string[],
  candidates: readonly Candidate[],
  lookup: Lookup,
): Promise<{ readonly files: readonly TargetSource[]; readonly why: string }> {
  const found = new Map<string, { inside: Inside; file: TextFile; foci: (Focus | undefined)[] }>();
  for (const text of specs) {
    const { inside, spec } = await locate(place, text);
    const file = found.get(inside.real)?.file ?? (await read(inside));
    const evidence = candidates.find(({ path }) => path === inside.path);
    const asked = spec.line !== undefined || spec.symbol !== undefined;
    const focus = asked
      ? await askedFocus(spec, file, lookup)
      : await suggestedFocus(evidence, file, mediumFileLines, lookup);
    const entry = found.get(inside.real) ?? { inside, file, foci: [] };
    found.set(inside.real, entry);
    entry.foci.push(focus);
  }
  // A focus is a single range; two places in a file mean the whole file.
  const files = [...found.values()].map(({ inside, file, foci }) =>
    targetSource(inside.absolute, file, foci.length === 1 ? foci[0] : undefined),
  );
  const names = files.map(({ path, target: { focus } }) =>
    focus ? `${path} (${focus.symbol}, lines ${focus.firstLine} to ${focus.lastLine})` : path,
  );
  return {
    files,
    why: `${names.join(' and ')} ${names.length === 1 ? 'was named as the target' : 'were named as targets'}.`,
  };
}

/** The first reading of a spec that names something; the current directory has precedence, as in every shell. */
async function locate({ folder, cwd }: Place, text: string): Promise<{ inside: Inside; spec: TargetSpec }> {
  const real = await realpath(folder);
  let outside: string | undefined;
  for (const spec of readSpec(text)) {
    for (const base of [cwd, folder]) {
      const absolute = resolve(base, spec.path);
      const segments = segmentsInside(folder, absolute) ?? segmentsInside(real, await realFolderOf(absolute));
      if (!segments) {
        if (absolute !== folder && (await exists(absolute))) outside ??= absolute;
        if (absolute === folder || absolute === real) throw targetIsDirectory(text);
        continue;
      }
      if (!(await exists(absolute))) continue;
      const inside = await pathInside(real, segments.join('/'));
      if (inside.kind === 'refused') {
        throw targetRefused(segments.join('/'), folder, inside.problem, pathProblems[inside.problem]);
      }
      return { inside, spec };
    }
  }
  if (outside !== undefined) throw targetRefused(outside, folder, 'outside', 'it lies outside of the folder');
  throw targetMissing(text, folder, await similarNames(folder, readSpec(text).at(-1)!.path));
}

/** The path with the links of its folder resolved; the last part is kept, because it may be a link itself. */
async function realFolderOf(absolute: string): Promise<string> {
  try {
    return resolve(await realpath(dirname(absolute)), basename(absolute));
  } catch {
    return absolute; // It does not exist, which is noticed later.
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

async function read(inside: Inside): Promise<TextFile> {
  const result = await readText(inside.path, inside.real).catch((cause: unknown) => {
    throw targetUnreadable(inside.path, cause);
  });
  switch (result.kind) {
    case 'text':
      return result.file;
    case 'not-a-file':
      throw targetIsDirectory(inside.path);
    case 'binary':
      throw targetBinary(inside.path);
    case 'too-large':
      throw targetTooLarge(inside.path, result.bytes, maxTextBytes);
  }
}

async function similarNames(folder: string, path: string): Promise<string[]> {
  const directory = dirname(resolve(folder, path));
  try {
    const names = await readdir(directory);
    const prefix = dirname(path) === '.' ? '' : `${dirname(path)}/`;
    return closest(names, basename(path), 3).map((name) => prefix + name);
  } catch {
    return [];
  }
}
