import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CancellationToken, Emitter, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { setOption } from '../../../src/shared/errors/actions.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { fromResponseError, toResponseError } from '../../../src/sidecar/protocol/wire-errors.ts';
import { LogFile } from '../../../src/sidecar/server/log-file.ts';
import { polledSignal } from '../../../src/sidecar/server/polled-signal.ts';
import { discardState } from '../../../src/sidecar/server/state-directory.ts';

describe('sidecar server parts', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-server-parts-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('polled signal: sees the flag without an event, and fires its own', () => {
    let flag = false;
    const event = new Emitter<void>();
    const token: CancellationToken = {
      get isCancellationRequested() {
        return flag;
      },
      onCancellationRequested: event.event,
    };
    const signal = polledSignal(token);
    let fired = 0;
    signal.addEventListener('abort', () => fired++);
    assert.equal(signal.aborted, false);
    signal.throwIfAborted();
    flag = true;
    assert.throws(() => signal.throwIfAborted(), { name: 'AbortError' });
    assert.equal(signal.aborted, true);
    event.fire();
    assert.equal(fired, 1);
    assert.ok(AbortSignal.any([signal]).aborted);
  });

  it('polled signal: an event alone aborts', () => {
    const event = new Emitter<void>();
    const signal = polledSignal({ isCancellationRequested: false, onCancellationRequested: event.event });
    event.fire();
    assert.equal(signal.aborted, true);
  });

  it('errors cross the wire with every field; a lost connection is told apart', () => {
    const error = new RetuneError({
      code: 'a.b',
      what: 'W.',
      why: 'Y.',
      remedy: 'R.',
      actions: [setOption('model', '/m')],
      data: { n: 1 },
    });
    const wire = JSON.parse(JSON.stringify(toResponseError(error).toJson()));
    const back = fromResponseError(new ResponseError(wire.code, wire.message, wire.data));
    assert.deepEqual(back?.toJSON(), error.toJSON());
    assert.equal(back?.message, error.message);
    assert.match(fromResponseError(toResponseError(new TypeError('oops')))?.why ?? '', /oops/);
    const aborted = new DOMException('stop', 'AbortError');
    assert.equal(fromResponseError(toResponseError(aborted))?.code, 'cancelled');
    assert.equal(fromResponseError(new ResponseError(ErrorCodes.PendingResponseRejected, 'gone')), undefined);
    const unknown = fromResponseError(new ResponseError(ErrorCodes.MethodNotFound, 'Unhandled method x'));
    assert.equal(unknown?.code, 'sidecar.internal');
    const malformed = fromResponseError(new ResponseError(1, 'half', { code: 'a.b' }));
    assert.equal(malformed?.code, 'sidecar.internal');
  });

  it('log file: rotates at a megabyte and keeps three predecessors', () => {
    const log = new LogFile(join(directory, 'logs'));
    const long = 'x'.repeat(300_000);
    for (let line = 0; line < 24; line++) log.write('info', `${line} ${long}`);
    const names = readdirSync(join(directory, 'logs')).sort();
    assert.deepEqual(names, ['sidecar.1.log', 'sidecar.2.log', 'sidecar.3.log', 'sidecar.log']);
    assert.ok(names.every((name) => statSync(join(directory, 'logs', name)).size < 1_500_000));
    assert.match(readFileSync(join(directory, 'logs', 'sidecar.log'), 'utf8'), /^\S+Z \d+ info: \d+ x/);
    assert.match(readFileSync(join(directory, 'logs', 'sidecar.log'), 'utf8'), / 23 x/);
  });

  it('discarding state removes what is ours and nothing else', () => {
    mkdirSync(join(directory, 'model'));
    writeFileSync(join(directory, 'model', 'adapters.json'), '{}');
    mkdirSync(join(directory, 'other'));
    discardState(directory);
    assert.deepEqual(readdirSync(directory), ['other']);
    rmSync(join(directory, 'other'), { recursive: true });
    discardState(directory);
    assert.equal(existsSync(directory), false);
    discardState(directory);
  });
});
