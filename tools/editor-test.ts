import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/shared/errors/thrown.ts';
import { openDesktop } from './editor/desktop.ts';
import { startDriver } from './editor/driver.ts';
import { endSurvivors, runVariable } from './editor/processes.ts';
import { bundleTests, stageExtension } from './editor/stage.ts';
import { startServer } from './editor/vscode-server.ts';
import { openWindow } from './editor/window.ts';
import { type EditorSetup, setUpEditor } from './setup/editor.ts';
import type { ProgramResult } from './testing/programs.ts';

/**
 * The extension in a real VS Code: `node tools/editor-test.ts RESULT.json [--only RUN] [--photos DIRECTORY]`.
 * Each run has a fresh copy of a sample workspace; the suites of its windows run in the extension host.
 * `RETUNE_TEST_VSCODE=desktop` takes the desktop's VS Code through `@vscode/test-electron` instead of the server's.
 */

interface Run {
  readonly name: string;
  /** Folders in test/editor/suites: one window after the other on the same workspace. */
  readonly windows: readonly string[];
  /** Folder in test/editor/fixtures. */
  readonly workspace: string;
  readonly trust: boolean;
}

interface HostResult extends ProgramResult {
  readonly lines: readonly string[];
}

const runs: readonly Run[] = [
  { name: 'fix', windows: ['fix'], workspace: 'sample', trust: true },
  { name: 'recovery', windows: ['interrupted', 'recovered'], workspace: 'sample', trust: true },
  { name: 'restricted', windows: ['restricted'], workspace: 'sample', trust: false },
];

const notesName = 'notes.txt';
const runLimitMs = 10 * 60_000;
/** Time for the sidecar to notice that its parent is gone, and to end, in ms. */
const endingPatienceMs = 10_000;
const repository = path.resolve(import.meta.dirname, '..');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    photos: { type: 'string' },
    suites: { type: 'string' },
    limit: { type: 'string' },
  },
});
const [resultFile] = positionals;
if (resultFile === undefined) throw new Error('usage: editor-test.ts RESULT.json [--only RUN] [--photos DIRECTORY]');

const desktop = process.env.RETUNE_TEST_VSCODE === 'desktop';
const setup: EditorSetup = desktop ? { ready: true, server: '', chromium: '' } : setUpEditor();
if (!setup.ready) throw new Error(`${setup.missing} missing; to get it, type: ${setup.command}`);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-editor-'));
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  const extension = path.join(scratch, 'extension');
  stageExtension(extension);
  for (const run of runs) {
    if (values.only !== undefined && values.only !== run.name) continue;
    cpSync(
      path.join(repository, 'test', 'editor', 'fixtures', run.workspace),
      path.join(scratch, run.name, 'workspace'),
      { recursive: true },
    );
    for (const suites of run.windows) {
      const result = await perform(run, suites, setup, extension);
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += result[key];
      writeFileSync(resultFile, JSON.stringify({ ...total, finished: false } satisfies ProgramResult));
    }
  }
  writeFileSync(resultFile, JSON.stringify({ ...total, finished: true } satisfies ProgramResult));
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs one window from start to end; whatever keeps its suites from finishing counts as a failure. */
async function perform(
  run: Run,
  suites: string,
  ready: EditorSetup & { ready: true },
  extension: string,
): Promise<HostResult> {
  const started = performance.now();
  const shared = path.join(scratch, run.name);
  const folder = path.join(shared, 'workspace');
  const directory = path.join(shared, suites);
  mkdirSync(directory);
  writeSettings(path.join(directory, 'user', 'Machine'));
  const tests = await bundleTests(path.join(directory, 'tests'), values.suites ?? `${suites}/**/*.test.ts`);
  const photos = values.photos;
  if (photos !== undefined) mkdirSync(photos, { recursive: true });
  const id = randomUUID();
  const hostResult = path.join(directory, 'result.json');
  const driver = await startDriver(photos);
  const environment = hostEnvironment(shared, {
    [runVariable]: id,
    RETUNE_EDITOR_RESULT: hostResult,
    RETUNE_EDITOR_NOTES: path.join(directory, notesName),
    RETUNE_EDITOR_DRIVER: driver.url,
    RETUNE_EDITOR_REPOSITORY: repository,
  });
  const trouble: string[] = [];
  let log: readonly string[] = [];
  try {
    const options = { ...ready, directory, trust: run.trust, environment, folder, extension, tests, driver };
    const window = desktop ? await openDesktop(options) : await openServed(options);
    log = window.log;
    try {
      await withLimit(window.exit, Number(values.limit ?? runLimitMs));
    } finally {
      await window.close();
    }
  } catch (error) {
    trouble.push(messageOf(error));
  } finally {
    await driver.close();
  }
  const left = await endSurvivors(id, endingPatienceMs);
  for (const { pid, command } of left) trouble.push(`left behind: process ${pid}, ${command}`);
  const result = readResult(hostResult);
  if (!result.finished) trouble.push('the suites did not finish');
  const failed = result.failed + trouble.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`${failed > 0 ? '✗' : '✓'} editor: ${suites}  ${result.passed} passed, ${failed} failed  ${seconds} s`);
  for (const line of [...result.lines, ...notes(directory)]) say(line);
  for (const line of trouble) say(`  ✗ ${line}`);
  if (failed > 0) say(`  the window’s last words:\n${log.slice(-10).join('\n').replace(/^/gm, '    ')}`);
  return { ...result, failed };
}

/** Switches off what of the window is not tested. */
function writeSettings(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const settings = { 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden' };
  writeFileSync(path.join(directory, 'settings.json'), JSON.stringify(settings));
}

/** VS Code's server and a browser with its window. */
async function openServed(options: Parameters<typeof startServer>[0] & Omit<Parameters<typeof openWindow>[0], 'url'>) {
  const server = await startServer(options);
  try {
    const window = await openWindow({ ...options, url: server.url });
    return {
      ...window,
      close: async () => {
        await window.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Keeps the developer's own settings, state and caches out of sight; tests of samples run on the Node of this process. */
function hostEnvironment(directory: string, own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const search = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`;
  return {
    ...process.env,
    PATH: search,
    RETUNE_STATE: path.join(directory, 'state'),
    XDG_CACHE_HOME: path.join(directory, 'cache'),
    XDG_CONFIG_HOME: path.join(directory, 'config'),
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    ...own,
  };
}

/** Figures that the tests want people to see. */
function notes(directory: string): string[] {
  const file = path.join(directory, notesName);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}

function readResult(file: string): HostResult {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as HostResult;
  } catch {
    // The host ended before its first test, or while writing.
    return { passed: 0, failed: 0, skipped: 0, finished: false, lines: [] };
  }
}

async function withLimit<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}
