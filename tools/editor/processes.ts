import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../../src/shared/system-code.ts';

/** Every process that a run starts inherits this variable; one that still has it after the run was left behind. */
export const runVariable = 'RETUNE_EDITOR_RUN';

export interface Survivor {
  readonly pid: number;
  readonly command: string;
}

/** Processes of the run that are still alive. Only Linux can tell; elsewhere none is found. */
function survivors(run: string): readonly Survivor[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => read(name, 'environ').split('\0').includes(`${runVariable}=${run}`))
    .map((name) => ({ pid: Number(name), command: read(name, 'cmdline').split('\0').join(' ').trim().slice(0, 200) }));
}

/** Waits until no process is left, or for `patienceMs`. @returns those that were still alive then, which are killed */
export async function endSurvivors(run: string, patienceMs: number): Promise<readonly Survivor[]> {
  const deadline = performance.now() + patienceMs;
  while (survivors(run).length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const left = survivors(run);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  }
  return left;
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(path.join('/proc', pid, file), 'utf8');
  } catch {
    // It ended between the listing and now, or belongs to someone else.
    return '';
  }
}
