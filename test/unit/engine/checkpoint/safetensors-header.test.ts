import assert from 'node:assert/strict';
import { firstDuplicateKey } from '../../../../src/engine/checkpoint/duplicate-keys.ts';
import { headerLength, parseHeader } from '../../../../src/engine/checkpoint/safetensors-header.ts';

const encoder = new TextEncoder();

function parse(header: string | Uint8Array, dataBytes: number) {
  const json = typeof header === 'string' ? encoder.encode(header) : header;
  return parseHeader('file', json, 8 + json.byteLength + dataBytes);
}

function tensor(begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype = 'F32'): string {
  return JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
}

function length(value: bigint, fileBytes: number): number {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return headerLength('file', bytes, fileBytes);
}

describe('safetensors header', () => {
  it('gives tensors in the order of their bytes, and metadata', () => {
    const header = parse(`{"b":${tensor(8, 16)},"__metadata__":{"format":"pt"},"a":${tensor(0, 8, [2, 1])}}   `, 16);
    assert.deepEqual(
      header.tensors.map(({ name, shape, offset, bytes }) => [name, shape, offset - header.dataOffset, bytes]),
      [
        ['a', [2, 1], 0, 8],
        ['b', [2], 8, 8],
      ],
    );
    assert.deepEqual(header.metadata, { format: 'pt' });
  });

  it('accepts scalars, empty tensors and types that are only skipped', () => {
    const header = parse(`{"s":${tensor(0, 4, [])},"e":${tensor(4, 4, [0, 7])},"i":${tensor(4, 12, [1], 'I64')}}`, 12);
    assert.equal(header.tensors.length, 3);
    assert.equal(parse('{}', 0).tensors.length, 0);
  });

  const hostile: [string, string | Uint8Array, number, RegExp][] = [
    ['text that is not JSON', '{"a":', 0, /not JSON/],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 0, /not JSON in UTF-8/],
    ['a list', '[]', 0, /not a JSON object/],
    ['null', 'null', 0, /not a JSON object/],
    ['one name twice', `{"a":${tensor(0, 4)},"a":${tensor(0, 4)}}`, 4, /"a" twice/],
    ['one name twice, once escaped', `{"a":${tensor(0, 4)},"\\u0061":${tensor(0, 4)}}`, 4, /"a" twice/],
    ['one field twice', '{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4, /"shape" twice/],
    ['overlapping tensors', `{"a":${tensor(0, 8)},"b":${tensor(4, 12)}}`, 12, /"a" and "b" overlap/],
    ['two tensors on the same bytes', `{"a":${tensor(0, 8)},"b":${tensor(0, 8)}}`, 8, /overlap/],
    ['a hole between tensors', `{"a":${tensor(0, 4)},"b":${tensor(8, 12)}}`, 12, /before "b" belong to no tensor/],
    ['a hole before the first tensor', `{"a":${tensor(4, 8)}}`, 8, /before "a" belong to no tensor/],
    ['bytes after the last tensor', `{"a":${tensor(0, 4)}}`, 9, /5 bytes after the last/],
    ['a file shorter than the tensors', `{"a":${tensor(0, 8)}}`, 7, /incomplete.*describes a file of/],
    ['fewer bytes than the shape needs', `{"a":${tensor(0, 4, [2])}}`, 4, /needs 8 bytes, but is given 4/],
    ['more bytes than the shape needs', `{"a":${tensor(0, 8, [1])}}`, 8, /needs 4 bytes, but is given 8/],
    ['a negative dimension', `{"a":${tensor(0, 4, [-1])}}`, 4, /has the shape \[-1\]/],
    ['two negative dimensions', `{"a":${tensor(0, 4, [-1, -1])}}`, 4, /has the shape/],
    ['a dimension that is no integer', `{"a":${tensor(0, 4, [0.5, 2])}}`, 4, /has the shape/],
    ['a dimension as text', `{"a":${tensor(0, 4, ['1'])}}`, 4, /has the shape/],
    ['a dimension beyond 2^53', `{"a":${tensor(0, 4, [2 ** 60])}}`, 4, /has the shape/],
    [
      'dimensions whose product overflows',
      `{"a":${tensor(0, 0, [2 ** 52, 2 ** 52])}}`,
      0,
      /needs .* bytes, but is given 0/,
    ],
    ['an end before the start', `{"a":${tensor(4, 0, [0])}}`, 4, /ends at byte 0, before its start/],
    ['a negative offset', `{"a":${tensor(-4, 0, [1])}}`, 0, /data_offsets/],
    ['three offsets', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', 4, /data_offsets/],
    ['no offsets', '{"a":{"dtype":"F32","shape":[1]}}', 4, /data_offsets undefined/],
    ['an unknown dtype', `{"a":${tensor(0, 4, [1], 'F31')}}`, 4, /unknown dtype "F31"/],
    ["a dtype from Object's prototype", `{"a":${tensor(0, 4, [1], 'toString')}}`, 4, /unknown dtype/],
    ['no dtype', '{"a":{"shape":[1],"data_offsets":[0,4]}}', 4, /no dtype/],
    ['a tensor that is a number', '{"a":4}', 4, /not described by an object/],
    ['metadata with numbers', '{"__metadata__":{"a":1}}', 0, /not a map of strings/],
  ];
  for (const [what, header, dataBytes, message] of hostile) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parse(header, dataBytes), message);
    });
  }

  it('refuses a header length that lies', () => {
    assert.equal(length(92n, 100), 92);
    assert.throws(() => length(0n, 100), /given as 0 bytes/);
    assert.throws(() => length(93n, 100), /incomplete.*101 bytes, but it has 100/);
    assert.throws(() => length(2n ** 64n - 1n, 100), /18446744073709551615 bytes, more than the format's limit/);
    assert.throws(() => length(100_000_001n, 10 ** 10), /more than the format's limit/);
    assert.throws(() => headerLength('file', new Uint8Array(7), 7), /7 bytes, which is too short/);
  });

  it('finds repeated keys at any depth, but not repeated values', () => {
    assert.equal(firstDuplicateKey('{"a":"a","b":["a","a",{"a":1}],"c":{"a":1,"b":2}}'), undefined);
    assert.equal(firstDuplicateKey('{"a":[{"x":1, "y":"\\"x\\":", "x" :2}]}'), 'x');
    assert.equal(firstDuplicateKey('{"\\\\":1,"\\\\" \n:2}'), '\\');
  });
});
