import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setUpEditor } from './setup/editor.ts';
import { setUpRunners } from './setup/runners.ts';
import { setUpToolchains } from './setup/toolchains.ts';
import { setUpWebGpu } from './setup/webgpu.ts';
import { sizeReport } from './testing/sizes.ts';
import type { SuiteResult } from './testing/suite.ts';

/**
 * `npm test`: type check, lint, unit and integration suites, the extension in a real VS Code, then the WebGPU suite on a
 * software adapter.
 * The last line is `N passed, N failed`; a failed check or a crashed process counts as one failure. Exit code 1 on any.
 */

interface Outcome extends Omit<SuiteResult, 'finished'> {
  readonly name: string;
  readonly seconds: number;
  readonly note?: string;
}

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-test-'));
/** No suite takes this long; one that does hangs. */
const suiteLimitMs = 30 * 60_000;

const outcomes: Outcome[] = [];
try {
  outcomes.push(await check('types', ['typescript', 'tsc'], ['--noEmit']));
  outcomes.push(await check('lint', ['@biomejs/biome', 'biome'], ['check', '--error-on-warnings', '.']));
  outcomes.push(await suite('unit', 'test/unit/**/*.test.ts'));
  outcomes.push(await integrationSuite('test/integration/**/*.test.ts'));
  outcomes.push(await editorSuite());
  outcomes.push(await webGpuSuite('test/webgpu/**/*.test.ts'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
report(outcomes);

/** A tool that passes or fails as a whole. */
async function check(name: string, [pack, bin]: readonly [string, string], args: readonly string[]): Promise<Outcome> {
  title(name);
  const started = performance.now();
  const { description, ok } = await run([binary(pack, bin), ...args], {});
  if (!ok) process.stdout.write(`  ✗ ${name}: ${description}\n`);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds: since(started) };
}

async function suite(
  name: string,
  pattern: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  if (globSync(pattern).length === 0) return { name, passed: 0, failed: 0, skipped: 0, seconds: 0, note: 'no tests' };
  return counted(name, 'testing/suite.ts', [pattern], environment);
}

/** Runs a script of ours that counts its tests in the file that is its first argument. */
async function counted(
  name: string,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const started = performance.now();
  title(name);
  const resultFile = path.join(scratch, `${name}.json`);
  const { description, ok } = await run([path.join(import.meta.dirname, script), resultFile, ...args], environment);
  const result = readResult(resultFile);
  // A process may crash before, between or after its tests; that is a failure of its own.
  if (!result.finished || (!ok && result.failed === 0)) {
    process.stdout.write(`  ✗ the ${name} suite crashed: ${description}\n`);
    const { passed, failed, skipped } = result;
    return { name, passed, skipped, failed: failed + 1, seconds: since(started), note: `crashed: ${description}` };
  }
  const { passed, failed, skipped } = result;
  return { name, passed, failed, skipped, seconds: since(started) };
}

/** What needs a runner or a compiler that is missing is skipped by the suites themselves, or fails there in CI. */
async function integrationSuite(pattern: string): Promise<Outcome> {
  setUpRunners();
  const { env, missing } = setUpToolchains();
  const outcome = await suite('integration', pattern, env);
  const notes = missing.map(({ name, command }) => `without ${name}; to have it, type: ${command}`);
  return notes.length === 0 ? outcome : { ...outcome, note: [outcome.note ?? [], notes].flat().join('; ') };
}

async function editorSuite(): Promise<Outcome> {
  const setup = setUpEditor();
  return setup.ready ? counted('editor', 'editor-test.ts', []) : skippedSuite('editor', setup);
}

async function webGpuSuite(pattern: string): Promise<Outcome> {
  const setup = setUpWebGpu();
  return setup.ready ? suite('webgpu', pattern, setup.environment) : skippedSuite('webgpu', setup);
}

function skippedSuite(name: string, setup: { readonly missing: string; readonly command: string }): Outcome {
  const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';
  const note = `skipped: ${setup.missing} missing; to run it, type: ${setup.command}`;
  return { name, passed: 0, failed: inCi ? 1 : 0, skipped: 0, seconds: 0, note };
}

/** Runs a script with this very Node, passing its output through. */
function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly description: string }> {
  const node = ['--disable-warning=ExperimentalWarning', ...args];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, node, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
      timeout: suiteLimitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', (error) => resolve({ ok: false, description: error.message }));
    child.on('exit', (code, signal) => {
      resolve({ ok: code === 0, description: signal === null ? `exit code ${code}` : `signal ${signal}` });
    });
  });
}

/** The script behind a package's command (not its shim, which is a shell script on Windows). */
function binary(pack: string, name: string): string {
  const directory = path.join(root, 'node_modules', pack);
  const { bin } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[name];
  if (file === undefined) throw new Error(`The package ${pack} has no command ${name}.`);
  return path.join(directory, file);
}

function readResult(file: string): SuiteResult {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SuiteResult;
  } catch {
    // The process ended before its first test.
    return { passed: 0, failed: 0, skipped: 0, finished: false };
  }
}

function report(results: readonly Outcome[]): void {
  const lines = results.map(({ name, passed, failed, skipped, seconds, note }) => {
    const counts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
    return `${name.padEnd(12)} ${counts}  ${seconds.toFixed(1)} s${note === undefined ? '' : `  (${note})`}`;
  });
  const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0);
  const last = `${sum('passed')} passed, ${sum('failed')} failed`;
  process.stdout.write(`\n${[...lines, ...sizeReport(), last].join('\n')}\n`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}

function title(name: string): void {
  process.stdout.write(`${name}\n`);
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}
