import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import spawn from 'cross-spawn';
import { cannotStart } from './errors.ts';
import type { Launch } from './launch.ts';

/**
 * Starts the process with three pipes; on Windows also what npm installs, which are scripts (`retune-sidecar.cmd`).
 * @throws RetuneError `sidecar.cannot-start` when the system refuses at once; what it refuses later comes as an `error` event.
 */
export function spawnSidecar({ command, env, cwd }: Launch): ChildProcessWithoutNullStreams {
  const [program, ...args] = command;
  try {
    const options = { env, ...(cwd !== undefined && { cwd }), windowsHide: true };
    // Its types do not say that three pipes are three streams.
    return spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }) as ChildProcessWithoutNullStreams;
  } catch (error) {
    throw cannotStart(command, error);
  }
}
