import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessEnd, runProcess } from '../../../../src/shared/process/run-process.ts';
import { toolVariables } from '../../../../src/shared/process/variables.ts';
import { patienceMs } from '../../../support/time.ts';

export interface Sandbox {
  readonly directory: string;
  /** Runs a script with this Node. */
  node(script: string, options?: Options): Promise<ProcessEnd>;
  shell(script: string, options?: Options): Promise<ProcessEnd>;
  /** Process ids that the script wrote into a file of the sandbox. */
  pids(name?: string): number[];
  remove(): void;
}

interface Options {
  readonly timeoutMs?: number;
  /** After the limit, until a process is killed. */
  readonly graceMs?: number;
  readonly keep?: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: { readonly path: string; readonly bytes: number };
}

export function sandbox(): Sandbox {
  const directory = mkdtempSync(join(tmpdir(), 'retune-process-'));
  const run = (argv: readonly string[], shell: boolean, options: Options = {}): Promise<ProcessEnd> => {
    const { timeoutMs = patienceMs, graceMs, keep = 100_000, signal, env, log } = options;
    const keeping = { stdout: keep, stderr: keep };
    return runProcess(
      {
        ...{ argv, shell, cwd: directory, env: toolVariables(process.env, env), timeoutMs, keep: keeping },
        ...(log && { log }),
        ...(graceMs !== undefined && { graceMs }),
      },
      signal,
    );
  };
  return {
    directory,
    node: (script, options) => run([process.execPath, '-e', script], false, options),
    shell: (script, options) => run([script], true, options),
    pids: (name = 'pids') => readFileSync(join(directory, name), 'utf8').trim().split(/\s+/).map(Number),
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A zombie has ended; in a container nobody may ever ask for it. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
