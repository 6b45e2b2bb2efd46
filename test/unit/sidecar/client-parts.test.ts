import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { EventQueue } from '../../../src/shared/event-queue.ts';
import { CrashHistory } from '../../../src/sidecar/client/crash-history.ts';
import { LastWords } from '../../../src/sidecar/client/last-words.ts';
import { handshakeMs, planLaunch } from '../../../src/sidecar/client/launch.ts';

describe('sidecar client parts', () => {
  it('last words: whole lines per stream, the last 200, long ones cut', () => {
    const words = new LastWords();
    words.append('stderr', 'one\r\ntw');
    words.append('stdout', 'banner');
    words.append('stderr', 'o\n\n');
    assert.deepEqual(words.lines(), ['one', 'two', 'banner']);
    for (let line = 0; line < 300; line++) words.append('stderr', `${line}\n`);
    const lines = words.lines();
    assert.equal(lines.length, 200);
    assert.deepEqual(lines.slice(-2), ['299', 'banner']);
    words.append('stderr', `${'x'.repeat(5000)}\n`);
    assert.equal(words.lines().at(-2)?.length, 2000);
  });

  it('crash history: three within the window', () => {
    const history = new CrashHistory(3, 60_000);
    assert.deepEqual(
      [0, 30_000, 61_000].map((time) => history.add(time)),
      [false, false, false],
    );
    assert.equal(history.add(80_000), true);
    history.clear();
    assert.equal(history.add(80_001), false);
  });

  it('event queue: keeps order, whoever is faster', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.push(2);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of queue) seen.push(item);
    })();
    await new Promise(setImmediate);
    queue.push(3);
    queue.push(4);
    queue.close();
    await reading;
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  it('launch: a given command as it is, else our sidecar with the given Node', () => {
    const env = { PATH: '/bin', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1' };
    const remote = planLaunch({ command: ['ssh', 'gpu-box', 'retune-sidecar'], env, cwd: '/x' });
    assert.deepEqual(remote, { command: ['ssh', 'gpu-box', 'retune-sidecar'], env: { PATH: '/bin' }, cwd: '/x' });
    const main = fileURLToPath(new URL('../../../src/sidecar/server/main.ts', import.meta.url));
    assert.deepEqual([planLaunch({}).command[0], planLaunch({}).command.at(-1)], [process.execPath, main]);
    assert.equal(planLaunch({ node: '/opt/node' }).command[0], '/opt/node');
  });

  it('launch: a command that may queue for a machine has a quarter of an hour to answer', () => {
    assert.equal(handshakeMs({}), 30_000);
    assert.equal(handshakeMs({ command: [] }), 30_000);
    assert.equal(handshakeMs({ command: ['srun', 'retune-sidecar'] }), 900_000);
  });

  it('launch: Electron becomes Node, unless a plain one is given', () => {
    Object.defineProperty(process.versions, 'electron', { value: '39.0.0', configurable: true });
    try {
      assert.equal(planLaunch({ env: {} }).env.ELECTRON_RUN_AS_NODE, '1');
      assert.deepEqual(planLaunch({ env: {}, node: '/opt/node' }).env, {});
    } finally {
      Reflect.deleteProperty(process.versions, 'electron');
    }
  });
});
