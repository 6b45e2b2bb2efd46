import assert from 'node:assert/strict';
import { HeaderContinues } from '../../../../src/engine/gguf/cursor.ts';
import { parseHeader } from '../../../../src/engine/gguf/header.ts';
import { fp32Tensor, ggufBytes } from '../../../support/gguf.ts';

const two = [fp32Tensor('a', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)), fp32Tensor('b', [1], Float32Array.of(7))];
const parse = (bytes: Uint8Array) => parseHeader('model.gguf', bytes, bytes.byteLength);

type Part = string | readonly [1 | 2 | 4 | 8, number];

/** Little-endian bytes of numbers: [width, value] each; texts with their length. */
function bytesOf(...parts: readonly Part[]): Uint8Array {
  const text = (value: string) => Buffer.concat([bytesOf([8, value.length]), Buffer.from(value)]);
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return text(part);
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(BigInt(part[1]));
      return buffer.subarray(0, part[0]);
    }),
  );
}

/** A file's beginning: tensors and pairs that it claims to have, then `rest`. */
function claiming(tensors: number, pairs: number, rest: Uint8Array = new Uint8Array(), version = 3): Uint8Array {
  return Buffer.concat([Buffer.from('GGUF'), bytesOf([4, version], [8, tensors], [8, pairs]), rest, Buffer.alloc(64)]);
}

describe('GGUF header', () => {
  it('finds tensors, shapes and places', () => {
    const bytes = ggufBytes({ 'general.architecture': { string: 'llama' } }, two);
    const { metadata, tensors } = parse(bytes);
    assert.equal(metadata.text('general.architecture'), 'llama');
    assert.deepEqual(
      tensors.map(({ name, shape, type }) => [name, shape, type.name]),
      [
        ['a', [2, 3], 'F32'],
        ['b', [1], 'F32'],
      ],
    );
    const [first, second] = tensors.map((tensor) => bytes.slice(tensor.offset, tensor.offset + tensor.bytes));
    assert.deepEqual([...new Float32Array(first!.buffer)], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...new Float32Array(second!.buffer)], [7]);
  });

  it('reads values of every type, and lists in lists', () => {
    const parts: readonly Part[] = [
      ...(['u8', [4, 0], [1, 200]] as const),
      ...(['i8', [4, 1], [1, -3]] as const),
      ...(['u16', [4, 2], [2, 60_000]] as const),
      ...(['i16', [4, 3], [2, -5]] as const),
      ...(['u32', [4, 4], [4, 4e9]] as const),
      ...(['i32', [4, 5], [4, -7]] as const),
      ...(['bool', [4, 7], [1, 1]] as const),
      ...(['text', [4, 8], 'a b'] as const),
      ...(['u64', [4, 10], [8, 2 ** 40]] as const),
      ...(['i64', [4, 11], [8, -(2 ** 40)]] as const),
      ...(['list', [4, 9], [4, 9], [8, 1], [4, 5], [8, 2], [4, 1], [4, -1]] as const),
    ];
    const values = bytesOf(...parts);
    const { metadata } = parse(claiming(0, 11, values));
    const keys = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64'];
    assert.deepEqual(
      keys.map((key) => metadata.number(key)),
      [200, -3, 60_000, -5, 4e9, -7, 2 ** 40, -(2 ** 40)],
    );
    assert.equal(metadata.flag('bool'), true);
    assert.equal(metadata.text('text'), 'a b');
    assert.throws(() => metadata.numbers('list'), /list is no list of numbers/);
  });

  it('floats too', () => {
    const single = Buffer.alloc(4);
    single.writeFloatLE(0.5);
    const double = Buffer.alloc(8);
    double.writeDoubleLE(0.1);
    const rest = Buffer.concat([bytesOf('f', [4, 6]), single, bytesOf('d', [4, 12]), double]);
    const { metadata } = parse(claiming(0, 2, rest));
    assert.deepEqual([metadata.number('f'), metadata.number('d')], [0.5, 0.1]);
  });

  it('asks for more when only a part of the header was read, wherever it was cut', () => {
    const bytes = ggufBytes({ a: { strings: ['x', 'y'] }, b: { float32: 1 } }, two);
    const { dataOffset } = parse(bytes);
    for (let length = 0; length < dataOffset - 32; length++) {
      const part = bytes.subarray(0, length);
      assert.throws(() => parseHeader('model.gguf', part, bytes.byteLength), HeaderContinues, `${length} bytes`);
    }
  });

  it('refuses a file that ends too early, at whatever byte', () => {
    const bytes = ggufBytes({ a: { strings: ['x', 'y'] }, b: { float32: 1 } }, two);
    for (let length = 0; length < parse(bytes).dataOffset + 36; length++) {
      assert.throws(() => parse(bytes.subarray(0, length)), { code: /^gguf\.(truncated|damaged)$/ }, `${length} bytes`);
    }
  });

  const tensor = (name: string, dimensions: readonly number[], type: number, offset: number) =>
    bytesOf(name, [4, dimensions.length], ...dimensions.map((size) => [8, size] as const), [4, type], [8, offset]);
  const cases: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ['another kind of file', Buffer.from('PK\u0003\u0004 and more than that'), 'gguf.damaged', /letters GGUF/],
    ['version 1', claiming(0, 0, undefined, 1), 'gguf.unsupported-version', /version 1/],
    ['another byte order', claiming(0, 0, undefined, 0x03000000), 'gguf.unsupported-version', /big-endian/],
    ['an absurd number of tensors', claiming(2 ** 50, 0), 'gguf.damaged', /1125899906842624 tensors/],
    ['an absurd number of pairs', claiming(0, 2 ** 40), 'gguf.damaged', /pairs/],
    ['an absurd text', claiming(0, 1, bytesOf([8, 2 ** 45])), 'gguf.damaged', /longer than the rest/],
    ['an absurd list', claiming(0, 1, bytesOf('k', [4, 9], [4, 5], [8, 2 ** 44])), 'gguf.damaged', /list "k"/],
    ['a type of value that there is not', claiming(0, 1, bytesOf('k', [4, 13], [8, 0])), 'gguf.damaged', /type 13/],
    [
      'lists nested too deep',
      claiming(
        0,
        1,
        bytesOf(
          'k',
          [4, 9],
          ...Array(6)
            .fill([
              [4, 9],
              [8, 1],
            ])
            .flat(),
        ),
      ),
      'gguf.damaged',
      /nested/,
    ],
    ['a key twice', claiming(0, 2, bytesOf('k', [4, 4], [4, 1], 'k', [4, 4], [4, 2])), 'gguf.damaged', /"k" twice/],
    [
      'an alignment that is no power of two',
      claiming(0, 1, bytesOf('general.alignment', [4, 4], [4, 48])),
      'gguf.bad-metadata',
      /general\.alignment is 48/,
    ],
    ['a type that is not read', claiming(1, 0, tensor('t', [256], 16, 0)), 'gguf.unsupported-type', /IQ2_XXS/],
    ['a type without a name', claiming(1, 0, tensor('t', [256], 99, 0)), 'gguf.unsupported-type', /number 99/],
    ['no dimension', claiming(1, 0, tensor('t', [], 0, 0)), 'gguf.damaged', /0 dimensions/],
    ['too many dimensions', claiming(1, 0, tensor('t', [1, 1, 1, 1, 1], 0, 0)), 'gguf.damaged', /5 dimensions/],
    ['a huge tensor', claiming(1, 0, tensor('t', [2 ** 40, 2 ** 40], 0, 0)), 'gguf.damaged', /shape/],
    ['an empty tensor', claiming(1, 0, tensor('t', [0, 4], 0, 0)), 'gguf.damaged', /shape/],
    ['rows of a part of a block', claiming(1, 0, tensor('t', [33], 8, 0)), 'gguf.damaged', /no multiple of 32/],
    ['a tensor off the alignment', claiming(1, 0, tensor('t', [1], 0, 4)), 'gguf.damaged', /begins at 4/],
    ['a tensor behind the end', claiming(1, 0, tensor('t', [1], 0, 2 ** 40)), 'gguf.truncated', /incomplete/],
    [
      'tensors that overlap',
      claiming(2, 0, Buffer.concat([tensor('s', [12], 0, 0), tensor('t', [1], 0, 32)])),
      'gguf.damaged',
      /overlap/,
    ],
    [
      'a tensor twice',
      claiming(2, 0, Buffer.concat([tensor('t', [1], 0, 0), tensor('t', [1], 0, 32)])),
      'gguf.damaged',
      /listed twice/,
    ],
  ];
  for (const [what, bytes, code, message] of cases) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parse(bytes),
        (error: Error & { code: string }) => {
          assert.equal(error.code, code);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
