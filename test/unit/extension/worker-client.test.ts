import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerClient } from '../../../src/extension/worker-client.ts';

/** A worker that asks for a comment when it is asked for `undecided`, ends at `open`, and answers everything else. */
const worker = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ id, method }) => {
  if (method === undefined) return;
  if (method === 'open') throw new Error('out of luck');
  if (method === 'undecided') parentPort.postMessage({ jsonrpc: '2.0', id: 1, method: 'comment', params: {} });
  else parentPort.postMessage({ jsonrpc: '2.0', id, result: method });
});`;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the worker thread of the extension', () => {
  let directory: string;
  let deaths: number;
  let client: WorkerClient;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-worker-client-'));
    writeFileSync(join(directory, 'worker.mjs'), worker);
    deaths = 0;
    client = new WorkerClient(join(directory, 'worker.mjs'), log, () => {
      deaths++;
    });
  });
  afterEach(async () => {
    await client.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is told of once when it dies, before its calls fail, and closes the question it asked', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    client.listen({
      comment: (_, signal) => {
        asked.resolve(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve('')));
      },
      event: () => undefined,
      tokens: () => undefined,
    });
    const waiting = client.call('undecided', '/w').catch((error: { code: string }) => [error.code, deaths]);
    const question = await asked.promise;
    assert.equal(question.aborted, false);
    await assert.rejects(
      client.call('diff', 'x').then(() => client.call('open', {} as never)),
      {
        code: 'extension.worker-ended',
        why: 'It said: out of luck.',
      },
    );
    assert.deepEqual(await waiting, ['extension.worker-ended', 1]);
    assert.equal(question.aborted, true);
    assert.equal(await client.call('keep', 'x'), 'keep', 'the next call starts another one');
    assert.equal(deaths, 1);
  });

  it('is closed without a word', async () => {
    await client.call('diff', 'x');
    await client.close();
    assert.equal(deaths, 0);
  });
});
