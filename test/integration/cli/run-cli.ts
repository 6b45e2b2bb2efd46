import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptedCommand } from '../sidecar/fixture.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Runs the real program with the real sidecar and the scripted model behind it; `sidecar: null` keeps the real engine. */
export function runCli(
  args: readonly string[],
  options: {
    readonly onStdout?: (text: string, child: ChildProcess) => void;
    readonly onStart?: (child: ChildProcess) => void;
    readonly env?: NodeJS.ProcessEnv;
    readonly sidecar?: readonly string[] | null;
    readonly cwd?: string;
  } = {},
): Promise<Finished> {
  const { RETUNE_SIDECAR_COMMAND: _, FORCE_COLOR: __, ...inherited } = process.env;
  const sidecar = options.sidecar === undefined ? scriptedCommand : options.sidecar;
  const state = mkdtempSync(join(tmpdir(), 'retune-cli-state-'));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: {
      ...inherited,
      XDG_STATE_HOME: state,
      ...(sidecar === null ? {} : { RETUNE_SIDECAR_COMMAND: JSON.stringify(sidecar) }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  options.onStart?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onStdout?.(stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      const sidecars = join(state, 'retune', 'sidecars');
      const left = existsSync(sidecars) ? readdirSync(sidecars) : [];
      rmSync(state, { recursive: true, force: true });
      if (left.length > 0) reject(new assert.AssertionError({ message: `state was left behind: ${left}` }));
      else resolve({ code, stdout, stderr });
    });
  });
}
