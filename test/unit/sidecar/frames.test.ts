import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { FrameReader, FrameWriter } from '../../../src/sidecar/protocol/frames.ts';

const frame = (value: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};

async function read(chunks: readonly Buffer[]) {
  const stream = new PassThrough();
  const messages: unknown[] = [];
  const errors: Error[] = [];
  let stray = '';
  const reader = new FrameReader(stream, (text) => {
    stray += text;
  });
  reader.onError((error) => errors.push(error));
  reader.listen((message) => messages.push(message));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await turn();
  stream.destroy();
  await turn();
  return { messages, errors, stray };
}

describe('sidecar frames', () => {
  const first = { jsonrpc: '2.0', text: 'ä€😀' };
  const second = { jsonrpc: '2.0', text: '' };
  const noise = Buffer.from('Welcome!\nContent-Length: none\nContent-');
  const all = Buffer.concat([
    noise,
    frame(first),
    Buffer.from('a print\n'),
    frame(second),
    frame(first),
    Buffer.from('end'),
  ]);

  for (const size of [1, 2, 7, 1000]) {
    it(`are found between stray output, in pieces of ${size} bytes`, async () => {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        all.subarray(i * size, (i + 1) * size),
      );
      const { messages, errors, stray } = await read(chunks);
      assert.deepEqual(messages, [first, second, first]);
      assert.deepEqual(errors, []);
      assert.equal(stray, `${noise}a print\nend`);
    });
  }

  it('accept further headers', async () => {
    const bytes = frame(first).toString('latin1').replace('\r\n\r\n', '\r\nContent-Type: x\r\n\r\n');
    assert.deepEqual((await read([Buffer.from(bytes, 'latin1')])).messages, [first]);
  });

  it('an absurd length is noise, a broken body an error', async () => {
    const absurd = Buffer.from('Content-Length: 99999999999\r\n\r\n');
    const { messages, stray } = await read([absurd, frame(first)]);
    assert.deepEqual(messages, [first]);
    assert.match(stray, /99999999999/);
    const broken = await read([Buffer.from('Content-Length: 3\r\n\r\n{a}')]);
    assert.equal(broken.errors.length, 1);
    assert.ok(broken.errors[0] instanceof SyntaxError);
  });

  it('a cancellation that names no request is stray, and ends nothing', async () => {
    const whole = { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } };
    const bare = { jsonrpc: '2.0', method: '$/cancelRequest' };
    const { messages, errors, stray } = await read([frame(bare), frame({ ...bare, params: null }), frame(whole)]);
    assert.deepEqual([messages, errors], [[whole], []]);
    assert.equal(stray.match(/cancelRequest/g)?.length, 2);
    for (const odd of [null, 3, 'text', []]) assert.deepEqual((await read([frame(odd)])).messages, [odd]);
  });

  it('are written in one piece', async () => {
    const pieces: string[] = [];
    const writer = new FrameWriter({
      write: (bytes, done) => {
        pieces.push(bytes.toString('latin1'));
        done();
      },
      end: () => undefined,
    });
    await writer.write(first);
    assert.deepEqual(pieces, [frame(first).toString('latin1')]);
  });

  it('a failed write rejects', async () => {
    const writer = new FrameWriter({ write: (_bytes, done) => done(new Error('EPIPE')), end: () => undefined });
    await assert.rejects(writer.write(first), /EPIPE/);
  });
});
