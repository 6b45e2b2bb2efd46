import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { acquireLock, lockedBy } from '../../../src/session/lock.ts';
import { ownIdentity, type ProcessIdentity } from '../../../src/session/process-identity.ts';
import { openStorage, type Storage } from '../../../src/session/storage.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { assertWithin, until } from '../../support/time.ts';

describe('the lock of a workspace folder', () => {
  let root: string;
  let storage: Storage;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'retune-lock-')));
    mkdirSync(path.join(root, 'folder'));
    storage = await openStorage(path.join(root, 'folder'), path.join(root, 'state'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(root, { recursive: true, force: true });
  });

  async function startChild(session: string): Promise<ChildProcess> {
    const child = fork(path.join(import.meta.dirname, 'lock-child.ts'), [
      storage.folder,
      path.join(root, 'state'),
      session,
    ]);
    children.push(child);
    const [said] = await once(child, 'message');
    assert.equal(said, 'ready');
    return child;
  }

  async function ask(child: ChildProcess, command: string): Promise<unknown> {
    const answer = once(child, 'message');
    child.send(command);
    return (await answer)[0];
  }

  /** The lock as another process would have left it. */
  function plant(holder: Partial<ProcessIdentity & { program: string }>, identity: ProcessIdentity): string {
    const number = 1 + Math.max(0, ...slots().map((name) => Number(name.slice('lock-'.length))));
    const directory = path.join(storage.directory, `lock-${String(number).padStart(6, '0')}`);
    mkdirSync(directory);
    const content = { session: 'planted', program: 'test', since: '2026-11-20T15:00:00.000Z', ...identity, ...holder };
    writeFileSync(path.join(directory, 'holder.json'), JSON.stringify(content));
    writeFileSync(path.join(directory, 'heartbeat'), '.');
    return directory;
  }

  const slots = () => readdirSync(storage.directory).filter((name) => name.startsWith('lock-'));
  const busy = { code: 'session.busy' };

  it('is refused while another session holds it, with what is known about that session', async () => {
    const child = await startChild('20261120-153012-aaaa');
    assert.equal(await ask(child, 'acquire'), 'held');
    assert.equal(await lockedBy(storage), '20261120-153012-aaaa');
    await assert.rejects(acquireLock(storage, { sessionId: 'b' }), (error) => {
      assert.ok(error instanceof RetuneError);
      assert.equal(error.code, 'session.busy');
      for (const part of ['20261120-153012-aaaa', `process ${child.pid}`, 'test', storage.folder])
        assert.ok(error.message.includes(part), error.message);
      assert.match(error.why, /since \d{4}-\d\d-\d\dT/);
      return true;
    });
    assert.equal(await ask(child, 'release'), 'released');
    assert.equal(await lockedBy(storage), undefined);
    const lock = await acquireLock(storage, { sessionId: 'b' });
    assert.equal(await ask(child, 'acquire'), 'session.busy');
    await lock.release();
  });

  it('is refused to a second session of the same process', async () => {
    await using _lock = await acquireLock(storage, { sessionId: 'a' });
    await assert.rejects(acquireLock(storage, { sessionId: 'b' }), busy);
  });

  it('goes to exactly one of two processes, 20 times, over living and stale locks', async () => {
    const dead = await startChild('dead');
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    const identity = await ownIdentity();
    const pair = [await startChild('one'), await startChild('two')];
    for (let round = 0; round < 20; round++) {
      if (round % 2 === 0) plant({ pid: dead.pid! }, identity);
      const answers = await Promise.all(pair.map((child) => ask(child, 'acquire')));
      assert.deepEqual(answers.toSorted(), ['held', 'session.busy'], `round ${round}`);
      assert.equal(slots().length, 1, `round ${round}: ${slots().join(' ')}`);
      await ask(pair[answers.indexOf('held')]!, 'release');
    }
  });

  it('is free at once when its holder was killed', async () => {
    const child = await startChild('a');
    assert.equal(await ask(child, 'acquire'), 'held');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const started = performance.now();
    await (await acquireLock(storage, { sessionId: 'b' })).release();
    assertWithin(performance.now() - started, 2000, 'taking it');
  });

  it('is given back by a process that exits without doing so', async () => {
    const child = await startChild('a');
    assert.equal(await ask(child, 'acquire'), 'held');
    child.send('exit');
    await once(child, 'exit');
    assert.deepEqual(readdirSync(path.join(storage.directory, slots()[0]!)).sort(), [
      'heartbeat',
      'holder.json',
      'released',
    ]);
  });

  it('is not held by another process that got the same number', async function () {
    if (process.platform === 'win32') this.skip();
    plant({ startTime: 'long ago' }, await ownIdentity());
    await (await acquireLock(storage, { sessionId: 'b' })).release();
  });

  it('is not held by a thread of this process that has died, but by one that lives', async () => {
    // A busy machine may let the thread wait for some of its heartbeats.
    const timing = { heartbeatMs: 500 };
    const args = [storage.folder, path.join(root, 'state'), 'thread', String(timing.heartbeatMs)];
    const thread = new Worker(path.join(import.meta.dirname, 'lock-thread.ts'), { argv: args });
    try {
      assert.deepEqual(await once(thread, 'message'), ['held']);
      await delay(5 * timing.heartbeatMs);
      await assert.rejects(acquireLock(storage, { sessionId: 'b', ...timing }), busy);
    } finally {
      await thread.terminate();
    }
    await assert.rejects(acquireLock(storage, { sessionId: 'b', heartbeatMs: 60_000 }), busy);
    await delay(4 * timing.heartbeatMs);
    await (await acquireLock(storage, { sessionId: 'b', ...timing })).release();
  });

  it('of a dead thread is not reported as running', async () => {
    const directory = plant({}, await ownIdentity());
    assert.equal(await lockedBy(storage), 'planted');
    utimesSync(path.join(directory, 'heartbeat'), new Date(Date.now() - 20_000), new Date(Date.now() - 20_000));
    assert.equal(await lockedBy(storage), undefined);
  });

  it('that an editor holds is not offered by ending its process', async () => {
    const planted = plant({ program: 'VS Code' }, await ownIdentity());
    await assert.rejects(acquireLock(storage, { sessionId: 'b' }), (error) => {
      assert.ok(error instanceof RetuneError && error.code === 'session.busy');
      assert.match(error.remedy, /Keep or Undo in that window of VS Code/);
      assert.doesNotMatch(error.remedy, new RegExp(`end process|${process.pid}`));
      return true;
    });
    rmSync(planted, { recursive: true });
  });

  it('of another machine is judged by its heartbeat', async () => {
    const directory = plant({ host: 'elsewhere boot namespace', pid: 1 }, await ownIdentity());
    await assert.rejects(acquireLock(storage, { sessionId: 'b' }), (error) => {
      assert.ok(error instanceof RetuneError && error.code === 'session.busy');
      assert.match(error.message, /process 1 on elsewhere\)/);
      return true;
    });
    const timing = { heartbeatMs: 40, deadAfterMs: 1000 };
    const heartbeat = path.join(directory, 'heartbeat');
    const old = () => utimesSync(heartbeat, new Date(Date.now() - 5000), new Date(Date.now() - 5000));
    old();
    // It has just woken up: it was silent for long, but gives a sign of life while we wait.
    const waking = delay(30).then(() => writeFileSync(heartbeat, '.'));
    await assert.rejects(acquireLock(storage, { sessionId: 'b', ...timing }), busy);
    await waking;
    old();
    await (await acquireLock(storage, { sessionId: 'b', ...timing })).release();
  });

  it('that is lost to another session is noticed', async () => {
    const lock = await acquireLock(storage, { sessionId: 'a' });
    await lock.assertHeld();
    plant({}, await ownIdentity());
    await assert.rejects(lock.assertHeld(), { code: 'session.lock-lost' });
    await lock.release();
    assert.equal(slots().length, 2);
  });

  it('beats while it is held', async () => {
    const lock = await acquireLock(storage, { sessionId: 'a', heartbeatMs: 20 });
    const heartbeat = path.join(storage.directory, slots()[0]!, 'heartbeat');
    utimesSync(heartbeat, 0, 0);
    await until(() => readMtime(heartbeat) !== 0, 'a heartbeat');
    await lock.release();
  });
});

function readMtime(file: string): number {
  return statSync(file).mtimeMs;
}
