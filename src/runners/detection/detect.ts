import { realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { commandEmpty, folderMissing, targetMissing, targetOutside, testsNotFound } from '../errors.ts';
import { inside } from '../protection/ignored.ts';
import type { TestProject } from '../runner.ts';
import { givenCommand, runners } from '../runners.ts';
import { viewsUpTo } from './directory-view.ts';
import { forLanguage, lookedFor, manifestOf } from './manifests.ts';
import { nestedManifests } from './nested-manifests.ts';

export interface DetectRequest {
  /**
   * A file or folder in the workspace folder, relative or absolute, optionally followed by `:line` or `:symbol`; the
   * search goes upwards from there. Default: the workspace folder.
   */
  readonly target?: string;
  /** The command that the developer gave; then nothing is searched. */
  readonly command?: string;
}

/**
 * Finds out how the tests around a target are run: from its directory upwards to the folder, where the nearest manifest
 * wins, and in one directory the first runner that recognises it, those for the target's language before the others.
 * Nothing is executed.
 * @throws RetuneError `tests.not-found`; `cli.usage` for an invalid folder, target or command; `cancelled`
 */
export async function detectTests(
  workspaceFolder: string,
  request: DetectRequest = {},
  signal?: AbortSignal,
): Promise<TestProject> {
  const folder = await folderOf(workspaceFolder);
  if (request.command !== undefined) return commandProject(folder, request.command);
  const target = request.target === undefined ? folder : await targetPath(request.target, folder);
  const start = (await stat(target)).isDirectory() ? target : dirname(target);
  const candidates = forLanguage(runners, extname(target));
  for (const view of await viewsUpTo(start, folder)) {
    for (const runner of candidates) {
      throwIfCancelled(signal, 'The search for tests');
      const detected = await runner.detect(view, runners);
      if (detected === undefined) continue;
      const name = manifestOf(runner, view);
      const manifest = name === '' ? '' : relative(folder, join(view.path, name)).split(sep).join('/');
      return { ...detected, runner, folder, cwd: view.path, manifest };
    }
  }
  throw testsNotFound(folder, start, lookedFor(runners), await nestedManifests(runners, folder));
}

function commandProject(folder: string, typed: string): TestProject {
  const commandLine = typed.trim();
  if (commandLine === '') throw commandEmpty();
  const why = 'The test command was given.';
  return { runner: givenCommand, folder, cwd: folder, manifest: '', why, executable: [], commandLine };
}

async function folderOf(path: string): Promise<string> {
  const folder = await realpath(resolve(path)).catch(() => undefined);
  if (folder === undefined || !(await stat(folder)).isDirectory()) throw folderMissing(resolve(path));
  return folder;
}

async function targetPath(target: string, folder: string): Promise<string> {
  for (const path of [target, target.replace(/:[^:/\\]*$/, '')]) {
    const found = await realpath(resolve(folder, path)).catch(() => undefined);
    if (found === undefined) continue;
    if (found !== folder && inside(folder, found) === undefined) throw targetOutside(target, folder);
    return found;
  }
  throw targetMissing(target, folder);
}
