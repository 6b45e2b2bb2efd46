import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';
import { runProcess } from '../../../../src/shared/process/run-process.ts';
import { assertWithin, patienceMs, runIntoLimit, until } from '../../../support/time.ts';
import { lives, type Sandbox, sandbox } from './scripts.ts';

const posix = process.platform !== 'win32';

describe('running a process', () => {
  let box: Sandbox;
  beforeEach(() => {
    box = sandbox();
  });
  afterEach(() => box.remove());

  it('returns exit code and both streams; there is no terminal and no input', async () => {
    const script = `
      console.log(process.stdout.isTTY === undefined, process.env.CI);
      console.error('naïve ✓');
      process.stdin.on('end', () => process.exit(3)).resume();`;
    const { kind, code, stdout, stderr, omitted } = await box.node(script);
    assert.deepEqual(
      { kind, code, stdout, stderr, omitted },
      {
        ...{ kind: 'exited', code: 3, stdout: 'true 1\n', stderr: 'naïve ✓\n', omitted: 0 },
      },
    );
  });

  it('says which signal ended it', async function () {
    if (!posix) return this.skip();
    const { kind, code, signal } = await box.node(`process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)`);
    assert.deepEqual({ kind, code, signal }, { kind: 'signalled', code: null, signal: 'SIGSEGV' });
  });

  it('says why it could not be started', async () => {
    const request = { env: {}, timeoutMs: patienceMs, keep: { stdout: 10, stderr: 10 } };
    const plain = join(box.directory, 'plain');
    writeFileSync(plain, 'text');
    const cases = [
      { argv: ['retune-no-such-program'], cwd: box.directory, error: /retune-no-such-program was not found/ },
      { argv: [process.execPath], cwd: join(box.directory, 'gone'), error: /folder .*gone does not exist/ },
      { argv: [], cwd: box.directory, error: /empty/ },
      ...(posix ? [{ argv: [plain], cwd: box.directory, error: /may not be executed/ }] : []),
    ];
    for (const { argv, cwd, error } of cases) {
      const outcome = await runProcess({ ...request, argv, cwd });
      assert.equal(outcome.kind, 'not-started');
      assert.match(outcome.error ?? '', error);
    }
  });

  it('ends a tree that hangs and ignores SIGTERM, grandchildren included', async function () {
    if (!posix) return this.skip();
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    const script = `
      const { spawn } = require('node:child_process');
      const fs = require('node:fs');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' });
      fs.writeFileSync('pids', process.pid + ' ' + child.pid);
      ${stubborn}`;
    const hang = (timeoutMs: number) => box.node(script, { timeoutMs });
    const { result, timeoutMs } = await runIntoLimit(600, hang, () => existsSync(join(box.directory, 'pids')));
    assert.equal(result.kind, 'timed-out');
    assertWithin(result.milliseconds - timeoutMs, 2400, 'ending the tree');
    assert.equal(box.pids().length, 2);
    assert.deepEqual(box.pids().filter(lives), []);
  });

  it('lets a process that obeys SIGTERM clean up', async function () {
    if (!posix) return this.skip();
    const script = `
      const fs = require('node:fs');
      process.on('SIGTERM', () => { fs.writeFileSync('cleaned', ''); process.exit(0); });
      fs.writeFileSync('ready', '');
      setInterval(() => {}, 1000);`;
    const hang = (timeoutMs: number) => box.node(script, { timeoutMs, graceMs: patienceMs });
    const { result } = await runIntoLimit(400, hang, () => existsSync(join(box.directory, 'ready')));
    assert.equal(result.kind, 'timed-out');
    assert.ok(existsSync(join(box.directory, 'cleaned')));
  });

  it('finds what left the group, lost its parents and holds the pipe', async function () {
    if (process.platform !== 'linux') return this.skip();
    const { kind, code, stdout, milliseconds } = await box.shell(
      `(setsid sh -c 'trap "" TERM; echo $$ > pids; while :; do sleep 1; done' &) ; while [ ! -s pids ]; do sleep 0.01; done; echo done`,
    );
    assert.deepEqual({ kind, code, stdout }, { kind: 'exited', code: 0, stdout: 'done\n' });
    assertWithin(milliseconds, 3000, 'the run');
    assert.deepEqual(box.pids().filter(lives), []);
  });

  it('ends what stays in the group after the first process has ended', async function () {
    if (!posix) return this.skip();
    const { code, milliseconds } = await box.shell('sleep 600 & echo $! > pids; exit 4');
    assert.equal(code, 4);
    assertWithin(milliseconds, 3000, 'the run');
    assert.deepEqual(box.pids().filter(lives), []);
  });

  it('resolves even if a process beyond our reach keeps the pipe open', async function () {
    if (process.platform !== 'linux') return this.skip();
    // Without its environment and its group nothing ties it to the tree.
    const { code, milliseconds } = await box.shell(
      `(env -i setsid sh -c 'echo $$ > pids; exec sleep 600' &) ; while [ ! -s pids ]; do sleep 0.01; done`,
    );
    const [pid] = box.pids();
    assert.ok(lives(pid!), 'the test has lost its subject');
    process.kill(pid!, 'SIGKILL');
    assert.equal(code, 0);
    assertWithin(milliseconds, 2000, 'the run');
  });

  it('keeps both ends of endless output in memory and the beginning on disk', async () => {
    const log = { path: join(box.directory, 'log'), bytes: 5000 };
    const script = `const { writeSync } = require('node:fs'); writeSync(1, 'BEGIN'); for (;;) writeSync(1, 'x'.repeat(4096));`;
    const flood = (timeoutMs: number) => box.node(script, { timeoutMs, keep: 1000, log });
    const { result } = await runIntoLimit(700, flood, ({ omitted }) => omitted > 4096);
    const { kind, stdout, omitted } = result;
    assert.equal(kind, 'timed-out');
    assert.match(stdout, /^BEGINx{245}\n\[… \d+ characters left out …\]\nx{750}$/);
    assert.ok(omitted > 4096);
    const written = readFileSync(log.path, 'utf8');
    assert.match(written, /^BEGINx{4995}\n\[… the rest is left out …\]\n$/);
    if (posix) assert.equal(statSync(log.path).mode & 0o777, 0o600);
  });

  it('returns all of a large output that fits', async () => {
    const script = `for (let i = 0; i < 300000; i++) console.log(i);`;
    const { stdout, omitted } = await box.node(script, { keep: 4_000_000 });
    assert.equal(omitted, 0);
    assert.equal(stdout.trimEnd().split('\n').length, 300_000);
    assert.ok(stdout.endsWith('299999\n'));
  });

  it('is cancelled within two seconds with its whole tree', async function () {
    if (!posix) return this.skip();
    const stop = new AbortController();
    const running = box.shell(`trap '' TERM; echo $$ > pids; (trap '' TERM; sleep 600) & echo $! >> pids; wait`, {
      signal: stop.signal,
    });
    await until(() => existsSync(join(box.directory, 'pids')) && box.pids().length === 2, 'both processes');
    const from = performance.now();
    stop.abort();
    await assert.rejects(running, isCancelled);
    assertWithin(performance.now() - from, 2000, 'the cancellation');
    assert.deepEqual(box.pids().filter(lives), []);
  });

  it('does not start when it is already cancelled', async () => {
    const running = box.node(`require('node:fs').writeFileSync('started', '')`, { signal: AbortSignal.abort() });
    await assert.rejects(running, isCancelled);
    assert.ok(!existsSync(join(box.directory, 'started')));
  });

  for (const ending of ['exit', 'SIGKILL'] as const) {
    it(`a tree ends with the process that started it (${ending})`, async function () {
      if (!posix) return this.skip();
      const owner = fileURLToPath(new URL('./owner.ts', import.meta.url));
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', owner, box.directory, ending], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const names = process.platform === 'linux' ? ['pids', 'daemon'] : ['pids'];
      const written = (name: string) => existsSync(join(box.directory, name)) && box.pids(name)[0]! > 0;
      await until(() => names.every(written), 'the tree');
      const pids = names.flatMap((name) => box.pids(name));
      if (ending === 'SIGKILL') {
        assert.deepEqual(pids.filter(lives), pids);
        child.kill('SIGKILL');
      }
      await ended;
      await until(() => pids.every((pid) => !lives(pid)), 'the end of the tree');
    });
  }
});
