import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { Generation } from '../../../src/policy/generation.ts';
import type { SidecarState } from '../../../src/sidecar/client/sidecar-client.ts';
import { FrameReader, FrameWriter } from '../../../src/sidecar/protocol/frames.ts';
import { generationProgress } from '../../../src/sidecar/protocol/methods.ts';
import * as protocol from '../../../src/sidecar/protocol/protocol.ts';
import { assertWithin, runIntoLimit } from '../../support/time.ts';
import { collect, Fixture, rejection, scriptedCommand } from './fixture.ts';

interface Bare {
  readonly child: ChildProcessWithoutNullStreams;
  readonly connection: MessageConnection;
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string; stray: string }>;
}

const children: ChildProcessWithoutNullStreams[] = [];

/** The sidecar without our client around it. */
function start(): Bare {
  const [program = '', ...args] = scriptedCommand;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let stderr = '';
  let stray = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const connection = createMessageConnection(
    new FrameReader(child.stdout, (text) => {
      stray += text;
    }),
    new FrameWriter(child.stdin),
  );
  connection.onError(() => undefined);
  connection.listen();
  const ended = new Promise<Awaited<Bare['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr, stray }));
  });
  return { child, connection, ended };
}

describe('sidecar: the process', () => {
  const fixture = new Fixture();
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await fixture.cleanUp();
  });

  async function initialized(extra: Partial<protocol.InitializeParams> = {}): Promise<Bare> {
    const bare = start();
    const params = { protocolVersion: protocol.protocolVersion, client: 'test', stateDirectory: fixture.directory() };
    await bare.connection.sendRequest(protocol.Initialize.type, { ...params, ...extra });
    return bare;
  }

  async function generating(words: string): Promise<Bare> {
    const bare = await initialized();
    await bare.connection.sendRequest(protocol.ModelOpen.type, {
      model: 'm',
      options: { directory: '/models/scripted' },
      restore: false,
    });
    const first = new Promise<void>((resolve) => {
      bare.connection.onProgress(generationProgress, 't', (event) => {
        if (event.kind === 'token') resolve();
      });
    });
    const request = { model: 'm', request: { prompt: { text: words } }, progressToken: 't' };
    bare.connection.sendRequest('model/generate', request).catch(() => undefined);
    await first;
    return bare;
  }

  it('lives through a cancellation without parameters', async () => {
    const { child, connection } = await initialized();
    const body = '{"jsonrpc":"2.0","method":"$/cancelRequest"}';
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    const early = await connection.sendRequest(protocol.ModelDescribe.type, { model: 'm' }).catch((error) => error);
    assert.equal(early.data?.code, 'sidecar.model-not-open', String(early));
  });

  it('says who it is, and refuses requests before initialize', async () => {
    const { child, connection, ended } = start();
    const early = await connection.sendRequest(protocol.ModelDescribe.type, { model: 'm' }).catch((error) => error);
    assert.ok(early instanceof ResponseError);
    assert.equal(early.data.code, 'sidecar.not-initialized');
    const stateDirectory = fixture.directory();
    const params = { protocolVersion: protocol.protocolVersion, client: 'test', stateDirectory };
    const result = await connection.sendRequest(protocol.Initialize.type, params);
    assert.deepEqual(result, {
      protocolVersion: protocol.protocolVersion,
      processId: child.pid,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      stateDirectory,
    });
    child.stdin.end();
    assert.equal((await ended).code, 0);
  });

  it('refuses another protocol version, whichever side is older', async () => {
    const { child, connection } = start();
    const params = { protocolVersion: protocol.protocolVersion + 1, client: 'test' };
    const error = await connection.sendRequest(protocol.Initialize.type, params).catch((reason) => reason);
    assert.equal(error.data.code, 'sidecar.version-mismatch');
    assert.match(error.data.why, /the model process is older/);
    child.kill('SIGKILL');
    const older = fileURLToPath(new URL('./scripted/older-release.ts', import.meta.url));
    const client = fixture.client({ command: [process.execPath, older] });
    assert.match(
      (await rejection(fixture.model(client), 'sidecar.version-mismatch')).what,
      new RegExp(`version 0.*version ${protocol.protocolVersion}`),
    );
    assert.equal(client.processId, undefined);
  });

  for (const [state, words] of [
    ['streaming', 'tokens 5000'],
    ['inside an uninterruptible native call', 'native'],
  ] as const) {
    it(`ends within a second when its parent goes away while ${state}`, async () => {
      const { child, ended } = await generating(words);
      const started = Date.now();
      child.stdin.destroy();
      child.stdout.destroy();
      await ended;
      assertWithin(Date.now() - started, 1000, 'its end');
    });
  }

  it('ends when nobody reads its last words any more', async () => {
    const { child } = await generating('console 5000');
    const exited = new Promise((resolve) => child.on('exit', resolve));
    for (const stream of [child.stderr, child.stdout, child.stdin]) stream.destroy();
    await exited;
  });

  it('SIGTERM ends it cleanly, SIGINT is left to the client', async () => {
    const { child, connection, ended } = await initialized();
    child.kill('SIGINT');
    assert.equal((await connection.sendRequest(protocol.HealthPing.type, {})).worker, 'none');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, { code: 143, signal: null, stderr: '', stray: '' });
  });

  it('keeps stdout for the protocol alone, whatever JavaScript prints', async () => {
    const { child, connection, ended } = await generating('console 3');
    await connection.sendRequest('model/score', {
      model: 'm',
      request: { prompt: { text: '' }, completion: { text: 'a' } },
    });
    child.stdin.end();
    const { stderr, stray } = await ended;
    assert.equal(stray, '');
    assert.match(stderr, /console says 2/);
  });

  it('answers a generation that was cancelled while it waited', async () => {
    const { child, connection } = await generating('tokens 5000');
    const source = new CancellationTokenSource();
    const request = { model: 'm', request: { prompt: { text: 'tokens 5000' } } };
    const waiting = connection.sendRequest<Generation>('model/generate', request, source.token);
    source.cancel();
    assert.equal((await waiting).finish, 'cancelled');
    child.kill('SIGKILL');
  });

  it('last words go to the log file and to stderr', async () => {
    const logDirectory = fixture.directory();
    const bare = await initialized({ logDirectory });
    await bare.connection.sendRequest(protocol.ModelOpen.type, {
      model: 'm',
      options: { directory: '/models/scripted' },
      restore: false,
    });
    const request = { model: 'm', request: { prompt: { text: 'die' } } };
    await assert.rejects(bare.connection.sendRequest('model/generate', request));
    bare.child.stdin.end();
    const { stderr } = await bare.ended;
    assert.match(stderr, /the scripted worker died\n\s+at /);
    const log = readFileSync(join(logDirectory, 'sidecar.log'), 'utf8');
    assert.match(
      log,
      /info: started for test, Node v[\s\S]*error: worker: .*the scripted worker died[\s\S]*info: ending/,
    );
  });

  it('a banner before the first message is tolerated', async () => {
    const [program = '', ...args] = scriptedCommand;
    const script = `process.stdout.write('Welcome to gpu-box\\nContent-Length: none\\n');
      require('child_process').spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { stdio: 'inherit' });`;
    const client = fixture.client({ command: [process.execPath, '-e', script] });
    const policy = await fixture.model(client);
    assert.equal((await collect(policy, 'tokens 2')).generation.finish, 'max-tokens');
  });

  it('a command that prints something else and ends is quoted', async () => {
    const client = fixture.client({
      command: [process.execPath, '-e', 'console.log("Permission denied (publickey).")'],
    });
    assert.match(
      (await rejection(fixture.model(client), 'sidecar.crashed')).message,
      /exit code 0[\s\S]*Permission denied/,
    );
  });

  it('a broken message is a clear error', async () => {
    const script = 'process.stdout.write("Content-Length: 5\\r\\n\\r\\n{oops"); setInterval(() => {}, 1000);';
    const client = fixture.client({ command: [process.execPath, '-e', script] });
    assert.match((await rejection(fixture.model(client), 'sidecar.garbled')).message, /cannot be read[\s\S]*\{oops/);
  });

  it('a command that does not exist is named', async () => {
    const client = fixture.client({ command: ['/nonexistent/retune-sidecar', '--x'] });
    const error = await rejection(fixture.model(client), 'sidecar.cannot-start');
    assert.match(error.message, /\/nonexistent\/retune-sidecar --x.*ENOENT/);
  });

  const refusedAtOnce: readonly (readonly [what: string, command: readonly string[]])[] = [
    ['without a name', ['']],
    ['in a folder that is a file', [join(fileURLToPath(import.meta.url), 'retune-sidecar')]],
    ['with an argument that no system takes', [process.execPath, 'a\0b']],
  ];
  for (const [what, command] of refusedAtOnce) {
    it(`a command ${what} is refused like one that does not exist`, async () => {
      const states: SidecarState[] = [];
      const client = fixture.client({ command }, { state: (state) => states.push(state) });
      await rejection(fixture.model(client), 'sidecar.cannot-start');
      assert.deepEqual(states, ['starting', 'crashed']);
    });
  }

  it('a command that never answers is given up', async () => {
    const command = [process.execPath, '-e', 'console.error("Password:"); setInterval(() => {}, 1000)'];
    const ask = (handshakeTimeoutMs: number) =>
      rejection(fixture.model(fixture.client({ command, handshakeTimeoutMs })), 'sidecar.handshake-timeout');
    const { result, timeoutMs } = await runIntoLimit(400, ask, ({ message }) => message.includes('Password:'));
    assert.ok(result.message.includes(`${timeoutMs / 1000} s`), result.message);
    assert.match(result.message, /Password:/);
  });

  it('doctor answers through the worker', async () => {
    const client = fixture.client();
    const report = await client.doctor({ provider: 'cpu' }, new AbortController().signal);
    assert.equal(report.platform, 'scripted');
    assert.equal(report.chosen?.reason, 'cpu was asked for.');
  });
});
