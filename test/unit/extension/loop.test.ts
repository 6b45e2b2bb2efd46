import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Loop } from '../../../src/extension/loop.ts';

/** A worker that asks for a comment when it is asked for `undecided`, ends at `open`, and answers everything else. */
const worker = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ kind, id, method }) => {
  if (kind !== 'call') return;
  if (method === 'open') throw new Error('out of luck');
  if (method === 'undecided') parentPort.postMessage({ kind: 'call', id: 1, method: 'comment', params: {} });
  else parentPort.postMessage({ kind: 'result', id, result: method });
});`;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the worker thread of the extension', () => {
  let directory: string;
  let deaths: number;
  let loop: Loop;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-loop-'));
    writeFileSync(join(directory, 'worker.mjs'), worker);
    deaths = 0;
    loop = new Loop(join(directory, 'worker.mjs'), log, () => {
      deaths++;
    });
  });
  afterEach(async () => {
    await loop.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is told of once when it dies, before its calls fail, and closes the question it asked', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    loop.listen({
      comment: (_, signal) => {
        asked.resolve(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve('')));
      },
      event: () => undefined,
      tokens: () => undefined,
    });
    const waiting = loop.call('undecided', '/w').catch((error: { code: string }) => [error.code, deaths]);
    const question = await asked.promise;
    assert.equal(question.aborted, false);
    await assert.rejects(
      loop.call('diff', 'x').then(() => loop.call('open', {} as never)),
      {
        code: 'extension.worker-ended',
        why: 'It said: out of luck.',
      },
    );
    assert.deepEqual(await waiting, ['extension.worker-ended', 1]);
    assert.equal(question.aborted, true);
    assert.equal(await loop.call('keep', 'x'), 'keep', 'the next call starts another one');
    assert.equal(deaths, 1);
  });

  it('is closed without a word', async () => {
    await loop.call('diff', 'x');
    await loop.close();
    assert.equal(deaths, 0);
  });
});
