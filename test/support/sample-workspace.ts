import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export const buggy = 'export const add = (a, b) => a - b;\n';
export const right = 'export const add = (a, b) => a + b;\n';

/** A JavaScript package with node:test, one bug and one failing test, and a place for sessions beside it. */
export interface SampleWorkspace extends AsyncDisposable {
  readonly folder: string;
  readonly state: string;
  /** A directory for whatever else the test needs; removed with the rest. */
  readonly scratch: string;
}

const files: Readonly<Record<string, string>> = {
  'package.json': '{"name": "sample", "private": true, "type": "module", "scripts": {"test": "node --test"}}\n',
  'src/add.js': buggy,
  'test/add.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from '../src/add.js';

test('adds', () => assert.equal(add(2, 3), 5));
test('zero', () => assert.equal(add(0, 0), 0));
`,
};

export async function sampleWorkspace(more: Readonly<Record<string, string>> = {}): Promise<SampleWorkspace> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'retune-sample-'));
  const folder = path.join(root, 'workspace');
  for (const [name, text] of Object.entries({ ...files, ...more })) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const scratch = path.join(root, 'scratch');
  await mkdir(scratch);
  return {
    folder,
    state: path.join(root, 'state'),
    scratch,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
