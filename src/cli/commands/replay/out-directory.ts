import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { acquireLock } from '../../../session/lock.ts';
import { RetuneError } from '../../../shared/errors/retune-error.ts';
import { replayBusy } from '../../errors.ts';

/** Where a run keeps its results; no other run may write there until it is disposed of. */
export interface OutDirectory extends AsyncDisposable {
  readonly path: string;
}

/**
 * @param out undefined: a temporary directory, which is removed at the end
 * @throws RetuneError `replay.busy` when another run writes there
 */
export async function outDirectory(out: string | undefined): Promise<OutDirectory> {
  if (out === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'retune-replay-'));
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }
  const path = resolve(out);
  const directory = join(path, '.lock');
  await mkdir(directory, { recursive: true });
  try {
    const lock = await acquireLock({ folder: path, directory }, { sessionId: 'replay', program: 'retune replay' });
    return { path, [Symbol.asyncDispose]: () => lock.release() };
  } catch (error) {
    if (!(error instanceof RetuneError) || error.code !== 'session.busy') throw error;
    throw replayBusy(path, error.data?.pid, error.data?.host);
  }
}
