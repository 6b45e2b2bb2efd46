import assert from 'node:assert/strict';
import { ProtoWriter } from '../../../../src/engine/graph/protobuf.ts';
import { ProtoMessage } from './proto-reader.ts';

const hex = (writer: ProtoWriter): string => Buffer.from(writer.finish()).toString('hex');

describe('protocol-buffer writer', () => {
  it('writes the examples of the format', () => {
    // https://protobuf.dev/programming-guides/encoding/: field 1 = 150; field 2 = "testing"; field 3 = { field 1 = 150 }.
    assert.equal(hex(new ProtoWriter().int(1, 150)), '089601');
    assert.equal(hex(new ProtoWriter().string(2, 'testing')), '120774657374696e67');
    assert.equal(hex(new ProtoWriter().message(3, (m) => m.int(1, 150))), '1a03089601');
    assert.equal(hex(new ProtoWriter().int(1, -2)), '08feffffffffffffffff01');
    assert.equal(hex(new ProtoWriter().float(5, 1)), '2d0000803f');
  });

  it('numbers of every size and sign come back', () => {
    const edges = [
      0,
      1,
      127,
      128,
      16383,
      16384,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32,
      2 ** 53,
      -1,
      -128,
      -(2 ** 31),
      -(2 ** 53),
    ];
    const writer = new ProtoWriter();
    for (const value of edges) writer.int(8, value);
    assert.deepEqual(new ProtoMessage(writer.finish()).ints(8), edges);
    const big = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 56n, 0n];
    const bytes = big.map((value) => new ProtoMessage(new ProtoWriter().int(1, value).finish()).ints(1)[0]);
    assert.deepEqual(bytes, big.map(Number));
  });

  it('refuses numbers that are not whole, which would be cut off silently', () => {
    for (const value of [0.5, 1.5, -2.25, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new ProtoWriter().int(3, value), { name: 'RangeError', message: /Field 3 .*whole/ });
    }
  });

  it('field numbers above 15 take two bytes', () => {
    assert.equal(hex(new ProtoWriter().int(20, 7)), 'a00107');
    assert.deepEqual(new ProtoMessage(new ProtoWriter().int(2047, 3).string(300, 'x').finish()).ints(2047), [3]);
  });

  it('text is UTF-8, measured in bytes', () => {
    const texts = ['', 'Ünïcode', '模型', '🙂'.repeat(40), 'x'.repeat(127), 'x'.repeat(128), 'y'.repeat(70_000)];
    const writer = new ProtoWriter();
    for (const text of texts) writer.string(3, text);
    assert.deepEqual(new ProtoMessage(writer.finish()).strings(3), texts);
  });

  it('floats are 32 bits, little-endian', () => {
    const values = [0, -1.5, Math.fround(1e-6), 3.4028234663852886e38, Number.POSITIVE_INFINITY];
    const writer = new ProtoWriter();
    for (const value of values) writer.float(2, value);
    assert.deepEqual(new ProtoMessage(writer.finish()).floats(2), values);
  });

  it('messages nest, however often the buffer has to grow', () => {
    const write = (depth: number, writer: ProtoWriter): ProtoWriter =>
      depth === 0
        ? writer.bytes(1, new Uint8Array(300).fill(7))
        : writer.int(2, depth).message(3, (m) => write(depth - 1, m));
    let message = new ProtoMessage(write(9, new ProtoWriter()).finish());
    for (let depth = 9; depth > 0; depth--) {
      assert.deepEqual(message.ints(2), [depth]);
      message = message.messages(3)[0] as ProtoMessage;
    }
    assert.deepEqual(message.bytes(1), [new Uint8Array(300).fill(7)]);
  });

  it('what was finished stays as it is until the next write, and an empty message has no bytes', () => {
    const writer = new ProtoWriter().message(1, () => undefined);
    assert.equal(hex(writer), '0a00');
    assert.equal(hex(writer.int(2, 1)), '0a001001');
    assert.equal(new ProtoWriter().finish().length, 0);
  });
});
