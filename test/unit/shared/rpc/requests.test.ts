import assert from 'node:assert/strict';
import { type CancellationToken, Emitter, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { setOption } from '../../../../src/shared/errors/actions.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { polledSignal } from '../../../../src/shared/rpc/polled-signal.ts';
import { fromResponseError, toResponseError } from '../../../../src/shared/rpc/wire-errors.ts';
import { internal } from '../../../../src/sidecar/protocol/errors.ts';

describe('requests between processes and threads', () => {
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
    const wire = JSON.parse(JSON.stringify(toResponseError(error, internal).toJson()));
    const back = fromResponseError(new ResponseError(wire.code, wire.message, wire.data), internal);
    assert.deepEqual(back?.toJSON(), error.toJSON());
    assert.equal(back?.message, error.message);
    assert.match(fromResponseError(toResponseError(new TypeError('oops'), internal), internal)?.why ?? '', /oops/);
    const aborted = new DOMException('stop', 'AbortError');
    assert.equal(fromResponseError(toResponseError(aborted, internal), internal)?.code, 'cancelled');
    assert.equal(fromResponseError(new ResponseError(ErrorCodes.PendingResponseRejected, 'gone'), internal), undefined);
    const unknown = fromResponseError(new ResponseError(ErrorCodes.MethodNotFound, 'Unhandled method x'), internal);
    assert.equal(unknown?.code, 'sidecar.internal');
    const malformed = fromResponseError(new ResponseError(1, 'half', { code: 'a.b' }), internal);
    assert.equal(malformed?.code, 'sidecar.internal');
  });
});
