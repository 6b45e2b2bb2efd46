import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Counted } from './suites.ts';

/** What a program that counts its tests keeps up to date in a file, so that a crash loses nothing. */
export interface ProgramResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** False when the process ended before its last test. */
  readonly finished: boolean;
}

/** Nothing takes this long; what does hangs. */
const limitMs = 90 * 60_000;

/** Runs a script of ours that counts its tests in the file that is its first argument. A crash is a failure of its own. */
export async function countedProgram(script: string, args: readonly string[] = []): Promise<Counted> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-test-'));
  try {
    const resultFile = path.join(scratch, 'result.json');
    const { description, ok } = await runNode([script, resultFile, ...args]);
    const { finished, ...counts } = readResult(resultFile);
    if (finished && (ok || counts.failed > 0)) return counts;
    return { ...counts, failed: counts.failed + 1, note: `crashed: ${description}` };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs a script with this very Node, passing its output through. */
export function runNode(args: readonly string[]): Promise<{ readonly ok: boolean; readonly description: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', (error) => resolve({ ok: false, description: error.message }));
    child.on('exit', (code, signal) => {
      resolve({ ok: code === 0, description: signal === null ? `exit code ${code}` : `signal ${signal}` });
    });
  });
}

/** The script behind a package's command (not its shim, which is a shell script on Windows). */
export function scriptOf(pack: string, name: string): string {
  const directory = path.resolve('node_modules', pack);
  const { bin } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[name];
  if (file === undefined) throw new Error(`The package ${pack} has no command ${name}.`);
  return path.join(directory, file);
}

function readResult(file: string): ProgramResult {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProgramResult;
  } catch {
    // The process ended before its first test.
    return { passed: 0, failed: 0, skipped: 0, finished: false };
  }
}
