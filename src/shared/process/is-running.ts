import { codeOf } from '../system-code.ts';

/** Whether a process with this number exists, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is running, as another user.
    return codeOf(error) !== 'ESRCH';
  }
}
