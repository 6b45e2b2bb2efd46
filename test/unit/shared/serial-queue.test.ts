import assert from 'node:assert/strict';
import { SerialQueue } from '../../../src/shared/serial-queue.ts';

const never = (): AbortSignal => new AbortController().signal;

describe('the serial queue', () => {
  it('runs one at a time, in order, whatever fails', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const task =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} starts`);
        await new Promise(setImmediate);
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const stop = new AbortController();
    const first = queue.run(task('a', true), never());
    const second = queue.run(task('b'), stop.signal);
    const third = queue.run(task('c'), never());
    const tooLate = queue.run(task('d'), AbortSignal.abort());
    await assert.rejects(tooLate, { code: 'cancelled' });
    assert.deepEqual(log, ['a starts']);
    stop.abort();
    await assert.rejects(second, { code: 'cancelled' });
    assert.deepEqual(log, ['a starts'], 'giving up does not wait for the turn');
    await assert.rejects(first, /a/);
    assert.equal(await third, 'c');
    assert.deepEqual(log, ['a starts', 'a ends', 'c starts', 'c ends']);
  });

  it('lets the next one in only after the one inside has left, also when one between them gave up', async () => {
    const queue = new SerialQueue();
    const leave = await queue.enter();
    const stop = new AbortController();
    const gaveUp = assert.rejects(queue.enter(stop.signal), { code: 'cancelled' });
    let inside = false;
    const next = queue.enter().then((leave) => {
      inside = true;
      return leave;
    });
    stop.abort();
    await gaveUp;
    await new Promise(setImmediate);
    assert.equal(inside, false);
    leave();
    (await next)();
  });

  it('notices a signal that is aborted without an event', async () => {
    const queue = new SerialQueue();
    const leave = await queue.enter();
    let aborted = false;
    const polled = Object.defineProperty(new AbortController().signal, 'aborted', { get: () => aborted });
    const waiting = assert.rejects(
      queue.run(async () => assert.fail('it ran'), polled),
      { code: 'cancelled' },
    );
    aborted = true;
    leave();
    await waiting;
  });
});
