import assert from 'node:assert/strict';
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { noModel, workerEnded } from '../../../src/extension/errors.ts';
import { Link } from '../../../src/extension/worker/link.ts';
import { cancelled } from '../../../src/shared/errors/cancelled.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';

type Far = {
  double(value: number, signal: AbortSignal): Promise<number>;
  fail(how: 'known' | 'unknown', signal: AbortSignal): Promise<never>;
  wait(params: null, signal: AbortSignal): Promise<string>;
  hear(text: string): void;
};
type Near = { ask(question: string, signal: AbortSignal): Promise<string> };

describe('the link between the editor and its worker', () => {
  let near: Link<Far, Near>;
  let far: Link<Near, Far>;
  let heard: string[];
  let channel: MessageChannel;

  beforeEach(() => {
    heard = [];
    channel = new MessageChannel();
    near = new Link<Far, Near>(channel.port1, { ask: async (question) => `${question}!` });
    far = new Link<Near, Far>(channel.port2, {
      double: async (value) => 2 * value,
      fail: async (how) => {
        throw how === 'known' ? noModel() : new TypeError('a bug');
      },
      wait: async (_, signal) => {
        // The cancellation may be there before the call is answered.
        if (!signal.aborted) await once(signal, 'abort');
        throw cancelled();
      },
      hear: (text) => void heard.push(text),
    });
  });
  afterEach(() => channel.port1.close());

  const code = (work: Promise<unknown>) =>
    work.then(
      () => assert.fail('it did not reject'),
      (error: unknown) => (error instanceof RetuneError ? error.code : String(error)),
    );

  it('calls both ways, several at a time', async () => {
    assert.deepEqual(await Promise.all([near.call('double', 2), near.call('double', 3)]), [4, 6]);
    assert.equal(await far.call('ask', 'what is wrong'), 'what is wrong!');
  });

  it('carries errors with their codes', async () => {
    assert.equal(await code(near.call('fail', 'known')), 'extension.no-model');
    assert.equal(await code(near.call('fail', 'unknown')), 'extension.unexpected');
  });

  it('cancels the one call that is meant, and waits for it', async () => {
    const stop = new AbortController();
    const stopped = code(near.call('wait', null, stop.signal));
    stop.abort();
    assert.equal(await stopped, 'cancelled');
    assert.equal(await near.call('double', 4), 8);
    assert.equal(await code(near.call('wait', null, AbortSignal.abort())), 'cancelled');
  });

  it('delivers notices in order and before a later answer', async () => {
    near.notify('hear', 'a');
    near.notify('hear', 'b');
    await near.call('double', 1);
    assert.deepEqual(heard, ['a', 'b']);
  });

  it('tells all that wait, and all that come later, when the other side has died', async () => {
    const waiting = code(near.call('wait', null));
    near.end(workerEnded('exit code 1'));
    assert.equal(await waiting, 'extension.worker-ended');
    assert.equal(await code(near.call('double', 1)), 'extension.worker-ended');
  });
});
