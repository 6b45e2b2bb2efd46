import { access, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { toolVariables } from '../../shared/process/variables.ts';
import { parsePackageBin } from './package-bin.ts';

/** Directories from `start` to the root of the file system, as Node looks for packages in them. */
function upwards(start: string): string[] {
  const found = [start];
  for (let at = start; path.dirname(at) !== at; ) {
    at = path.dirname(at);
    found.push(at);
  }
  return found;
}

/**
 * The JavaScript file behind a command of an installed package, nearest `node_modules` first.
 * Not the shim in `.bin`, which on Windows only a shell can run.
 * @returns undefined when no package of that name (or, for `pack`, of that) is installed
 */
export async function installedCommand(cwd: string, command: string, pack = command): Promise<string | undefined> {
  for (const directory of upwards(cwd)) {
    const home = path.join(directory, 'node_modules', ...pack.split('/'));
    const text = await readFile(path.join(home, 'package.json'), 'utf8').catch(() => undefined);
    const file = text === undefined ? undefined : parsePackageBin(text, command);
    if (file !== undefined) return path.join(home, file);
  }
  return undefined;
}

/** The variables of scripts: commands of installed packages come first in the path. */
export async function scriptPath(cwd: string): Promise<string> {
  const folders = upwards(cwd).map((directory) => path.join(directory, 'node_modules', '.bin'));
  const existing: string[] = [];
  for (const folder of folders) if (await isDirectory(folder)) existing.push(folder);
  return [...existing, pathOf(toolVariables(process.env))].join(path.delimiter);
}

/**
 * The Node that the workspace's scripts get: one installed as a package there, else the first in the path, in which our
 * own packages do not count. The Node (or the editor) that runs this code is used only when there is no other.
 */
export async function workspaceNode(cwd: string): Promise<string> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const directory of upwards(cwd)) {
    const own = path.join(directory, 'node_modules', 'node', 'bin', name);
    if (await exists(own)) return own;
  }
  for (const folder of pathOf(toolVariables(process.env)).split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const candidate = path.join(folder, name);
    if (await exists(candidate)) return candidate;
  }
  return process.versions.electron === undefined ? process.execPath : name;
}

function pathOf(environment: Readonly<Record<string, string>>): string {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH');
  return key === undefined ? '' : (environment[key] ?? '');
}

async function isDirectory(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
