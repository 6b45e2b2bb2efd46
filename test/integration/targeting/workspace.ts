import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StackFrame, TestResult, TestStatus, Verdict } from '../../../src/agent/verdict.ts';

/** A folder with these files; `remove` takes it away again. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly folder: string;
  readonly remove: () => void;
} {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'retune-target-')));
  const folder = join(root, 'workspace');
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** `src/a.js:3` */
function frame(place: string): StackFrame {
  const colon = place.lastIndexOf(':');
  return { path: place.slice(0, colon), line: Number(place.slice(colon + 1)) };
}

export function test(
  file: string | undefined,
  name: string,
  status: TestStatus = 'failed',
  frames: readonly string[] = [],
): TestResult {
  const failure = status === 'passed' ? {} : { failure: { message: 'no', frames: frames.map(frame) } };
  return { id: [file, name].filter(Boolean).join(' › '), name, ...(file && { file }), status, ...failure };
}

export function verdict(...tests: readonly TestResult[]): Verdict {
  const count = (status: TestStatus) => tests.filter((one) => one.status === status).length;
  return {
    reward: -1,
    reason: 'tests-failed',
    detail: 'tests failed',
    passed: count('passed'),
    failed: count('failed'),
    skipped: 0,
    errored: count('errored'),
    tests,
    output: '',
    milliseconds: 1,
  };
}

export const filler = (lines: number, comment = '//') =>
  Array.from({ length: lines }, (_, i) => `${comment} line ${i}\n`).join('');
