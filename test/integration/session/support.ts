import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Verdict } from '../../../src/agent/verdict.ts';
import type { SessionStart } from '../../../src/session/fix-events.ts';
import { openStorage, type Storage } from '../../../src/session/storage.ts';

export interface Scratch {
  readonly root: string;
  readonly storage: Storage;
  remove(): void;
}

/** A workspace folder, and a state folder beside it. */
export async function makeScratch(): Promise<Scratch> {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'retune-session-')));
  mkdirSync(path.join(root, 'folder'));
  const storage = await openStorage(path.join(root, 'folder'), path.join(root, 'state'));
  return { root, storage, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export function startOf(id: string, request = 'the total is wrong'): SessionStart {
  return {
    kind: 'session',
    version: 1,
    id,
    folder: '/srv/shop',
    request,
    target: ['src/total.js:3'],
    method: 'rosa2',
    maxTurns: 5,
    seed: 7,
    promptVersion: 1,
    started: '2026-11-20T15:30:12.000Z',
  };
}

export function verdictOf(fields: Partial<Verdict> = {}): Verdict {
  return {
    reward: -1,
    reason: 'tests-failed',
    detail: '1 of 3 tests failed.',
    passed: 2,
    failed: 1,
    skipped: 0,
    errored: 0,
    tests: [
      {
        id: 'total.test.js › adds',
        name: 'adds',
        status: 'failed',
        milliseconds: 3,
        failure: { message: '1 !== 2', expected: '2', actual: '1', frames: [{ path: 'src/total.js', line: 3 }] },
      },
    ],
    failureKind: 'wrong-result',
    output: '',
    milliseconds: 120,
    ...fields,
  };
}
