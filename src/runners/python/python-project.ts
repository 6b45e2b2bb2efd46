import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectoryView } from '../runner.ts';
import { isExecutable, onPath } from '../running/on-path.ts';

export const pythonLanguages: readonly string[] = ['.py', '.pyi'];

/** How the Python tests of a directory are written, and what shows it. */
export interface PythonTests {
  readonly style: 'pytest' | 'unittest';
  readonly why: string;
}

/** Files that configure pytest, and what in them does; undefined = their existence. */
const configurations: readonly (readonly [string, RegExp | undefined])[] = [
  ['pytest.ini', undefined],
  ['.pytest.ini', undefined],
  ['pytest.toml', undefined],
  ['pyproject.toml', /^\s*\[tool\.pytest\b/m],
  ['tox.ini', /^\s*\[pytest\]/m],
  ['setup.cfg', /^\s*\[tool:pytest\]/m],
];

/** Files that make a directory the root of a Python project. */
const roots = ['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'requirements.txt', 'Pipfile', 'poetry.lock'];
const testDirectories = ['tests', 'test'];
const testFile = /^(?:test\w*|\w+_test|tests)\.py$/;

/**
 * Looks at one directory. Where a configuration or a project's root lies above, that directory is the one to run in, since
 * imports and node ids start there; so this one is none.
 */
export async function pythonTests(view: DirectoryView): Promise<PythonTests | undefined> {
  const configured = await pytestConfiguration(view);
  if (configured !== undefined) return { style: 'pytest', why: `${configured} configures pytest.` };
  if (await belongsAbove(view)) return undefined;
  if (view.names.has('conftest.py')) return { style: 'pytest', why: 'There is a conftest.py.' };
  return fromTests(view);
}

async function pytestConfiguration(view: DirectoryView): Promise<string | undefined> {
  for (const [name, shows] of configurations) {
    if (!view.names.has(name)) continue;
    if (shows === undefined) return name;
    if (shows.test((await view.read(name)) ?? '')) return name;
  }
  return undefined;
}

async function belongsAbove(view: DirectoryView): Promise<boolean> {
  const [parent] = view.above;
  if (parent === undefined) return false;
  // A package is imported from the directory that contains it.
  if (view.names.has('__init__.py')) return true;
  if (roots.some((name) => view.names.has(name))) return false;
  if (testDirectories.some((name) => isNamed(view, name))) return true;
  for (const directory of view.above) {
    if (await pytestConfiguration(directory)) return true;
    if (roots.some((name) => directory.names.has(name)) || testDirectories.some((name) => isNamed(directory, name))) {
      return true;
    }
  }
  return false;
}

function isNamed({ path }: DirectoryView, name: string): boolean {
  return /[\\/]([^\\/]+)[\\/]?$/.exec(path)?.[1] === name;
}

const maximumFiles = 200;
const maximumDepth = 4;

/** Reads test files here and in `tests/` until one shows how it is written; plain functions are pytest's. */
async function fromTests(view: DirectoryView): Promise<PythonTests | undefined> {
  const files = [...view.names].filter((name) => testFile.test(name)).sort();
  const nested = testDirectories.filter((name) => view.names.has(name)).map((name) => filesBelow(view.path, name, 1));
  files.push(...(await Promise.all(nested)).flat());
  let unittest: string | undefined;
  for (const file of files.slice(0, maximumFiles)) {
    const text = await readStart(join(view.path, file));
    if (file.endsWith('conftest.py')) return { style: 'pytest', why: `There is ${file}.` };
    if (/^\s*(?:import pytest\b|from pytest\b)/m.test(text)) return { style: 'pytest', why: `${file} imports pytest.` };
    if (/^\s*(?:import unittest\b|from unittest\b)/m.test(text)) unittest ??= file;
    else if (/^(?:async )?def test_|^class Test/m.test(text)) {
      return { style: 'pytest', why: `${file} has tests written for pytest.` };
    }
  }
  if (unittest === undefined) return undefined;
  return { style: 'unittest', why: `${unittest} imports unittest, and nothing configures or imports pytest.` };
}

async function filesBelow(root: string, directory: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(root, directory), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${directory}/${entry.name}`;
    if (entry.isFile() && (testFile.test(entry.name) || entry.name === 'conftest.py')) found.push(path);
    else if (entry.isDirectory() && depth < maximumDepth && !entry.name.startsWith('.')) {
      found.push(...(await filesBelow(root, path, depth + 1)));
    }
    if (found.length > maximumFiles) break;
  }
  return found;
}

async function readStart(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.slice(0, 64 * 1024);
}

/**
 * The Python that has the project's packages: its virtual environment, else what poetry or uv would use, else the first
 * on the PATH (where an activated environment is).
 */
export async function interpreter(view: DirectoryView): Promise<readonly string[]> {
  const windows = process.platform === 'win32';
  for (const { path, names } of [view, ...view.above]) {
    for (const name of ['.venv', 'venv']) {
      if (!names.has(name)) continue;
      const python = windows ? join(path, name, 'Scripts', 'python.exe') : join(path, name, 'bin', 'python');
      if (await isExecutable(python)) return [python];
    }
  }
  if (view.names.has('poetry.lock') && (await onPath('poetry'))) return ['poetry', 'run', 'python'];
  if (view.names.has('uv.lock') && (await onPath('uv'))) return ['uv', 'run', '--no-sync', 'python'];
  const commands = windows ? ['python', 'py', 'python3'] : ['python3', 'python'];
  for (const command of commands) if (await onPath(command)) return [command];
  return [commands[0]!];
}

/** Whatever decides what Python tests mean. */
export const pythonProtects: readonly string[] = [
  '**/test_*.py',
  '**/*_test.py',
  '**/tests.py',
  '**/tests/**',
  '**/test/**',
  '**/conftest.py',
  '**/__snapshots__/**',
  'pytest.ini',
  '.pytest.ini',
  'pytest.toml',
  'pyproject.toml',
  'tox.ini',
  'setup.cfg',
  'setup.py',
  'sitecustomize.py',
  'usercustomize.py',
  'requirements*.txt',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
];
