import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../src/shared/errors/thrown.ts';
import type { ProgramResult } from '../testing/programs.ts';
import { openDesktop } from './desktop.ts';
import { type Driver, startDriver } from './driver.ts';
import { endSurvivors, runVariable } from './processes.ts';
import { bundleTests } from './stage.ts';
import { startServer } from './vscode-server.ts';
import { type EditorWindow, openWindow } from './window.ts';

/** One window of a run, whose suites run in its extension host. */
export interface WindowRun {
  /** Folder in test/editor/suites. */
  readonly suites: string;
  /** Which files in test/editor/suites. */
  readonly pattern: string;
  /** Scratch folder of the run, with the workspace that its windows share. */
  readonly shared: string;
  readonly trust: boolean;
  /** The staged extension. */
  readonly extension: string;
  /** VS Code's server; undefined: the desktop's VS Code. */
  readonly server: string | undefined;
  readonly chromium: string;
  /** Folder for photographs. */
  readonly photos: string | undefined;
  readonly limitMs: number;
}

/** What the suites in the extension host write. */
interface HostResult extends ProgramResult {
  readonly lines: readonly string[];
}

const notesName = 'notes.txt';
const resultName = 'result.json';
/** Time for the sidecar to notice that its parent is gone, and to end, in ms. */
const endingPatienceMs = 60_000;
const repository = path.resolve(import.meta.dirname, '..', '..');

/** Runs one window from start to end and prints how; whatever keeps its suites from finishing counts as a failure. */
export async function runWindow(run: WindowRun): Promise<HostResult> {
  const started = performance.now();
  const directory = path.join(run.shared, run.suites);
  mkdirSync(directory);
  writeSettings(path.join(directory, 'user', 'Machine'));
  if (run.photos !== undefined) mkdirSync(run.photos, { recursive: true });
  const { trouble, log } = await watch(run, directory);
  const result = readResult(path.join(directory, resultName));
  if (!result.finished) trouble.push('the suites did not finish');
  const failed = result.failed + trouble.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`${failed > 0 ? '✗' : '✓'} editor: ${run.suites}  ${result.passed} passed, ${failed} failed  ${seconds} s`);
  for (const line of [...result.lines, ...notes(directory)]) say(line);
  for (const line of trouble) say(`  ✗ ${line}`);
  if (failed > 0) say(`  the window’s last words:\n${log.slice(-10).join('\n').replace(/^/gm, '    ')}`);
  return { ...result, failed };
}

interface WatchedWindow {
  /** What went wrong outside the suites. */
  readonly trouble: string[];
  readonly log: readonly string[];
}

/** Opens the window and waits for its end, and for that of every process that it started. */
async function watch(run: WindowRun, directory: string): Promise<WatchedWindow> {
  const id = randomUUID();
  const tests = await bundleTests(path.join(directory, 'tests'), run.pattern);
  const driver = await startDriver(run.photos);
  const trouble: string[] = [];
  let log: readonly string[] = [];
  try {
    const window = await open(run, directory, tests, driver, hostVariables(run, directory, driver, id));
    log = window.log;
    try {
      await withLimit(window.exit, run.limitMs);
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
  return { trouble, log };
}

function open(
  { shared, trust, extension, server, chromium }: WindowRun,
  directory: string,
  tests: string,
  driver: Driver,
  environment: NodeJS.ProcessEnv,
): Promise<EditorWindow> {
  const options = { directory, folder: path.join(shared, 'workspace'), extension, tests, trust, environment, driver };
  return server === undefined ? openDesktop(options) : openServed({ ...options, server, chromium });
}

/** VS Code's server and a browser with its window. */
async function openServed(
  options: Parameters<typeof startServer>[0] & Omit<Parameters<typeof openWindow>[0], 'url'>,
): Promise<EditorWindow> {
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

/** Switches off what of the window is not tested. */
function writeSettings(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const settings = { 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden' };
  writeFileSync(path.join(directory, 'settings.json'), JSON.stringify(settings));
}

/** Keeps the developer's own settings, state and caches out of sight; tests of samples run on the Node of this process. */
function hostVariables({ shared }: WindowRun, directory: string, driver: Driver, id: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`,
    RETUNE_STATE: path.join(shared, 'state'),
    RETUNE_MODEL_STORES: 'none',
    XDG_CACHE_HOME: path.join(shared, 'cache'),
    XDG_CONFIG_HOME: path.join(shared, 'config'),
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    [runVariable]: id,
    RETUNE_EDITOR_RESULT: path.join(directory, resultName),
    RETUNE_EDITOR_NOTES: path.join(directory, notesName),
    RETUNE_EDITOR_DRIVER: driver.url,
    RETUNE_EDITOR_REPOSITORY: repository,
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
