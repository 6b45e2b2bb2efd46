import assert from 'node:assert/strict';
import { type BlockType, blockTypes, encodeBlocks } from '../../../../tools/bench/gguf-blocks.ts';
import { fromHalf, toHalf } from '../../../../tools/bench/half.ts';
import { Random } from '../../../../tools/bench/random.ts';

/** ggml's own reading of the blocks, written from its format description. */
function decode(type: BlockType, bytes: Uint8Array): { values: Float32Array; scales: number[] } {
  const size = blockTypes[type].bytes;
  const values = new Float32Array((bytes.length / size) * 32);
  const scales: number[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let block = 0; block * size < bytes.length; block++) {
    const at = block * size;
    const d = fromHalf(view.getUint16(at, true));
    scales.push(d);
    for (let i = 0; i < 32; i++) {
      const packed = view.getUint8(at + 2 + (i % 16));
      const q = type === 'Q8_0' ? view.getInt8(at + 2 + i) : (i < 16 ? packed & 15 : packed >> 4) - 8;
      values[block * 32 + i] = q * d;
    }
  }
  return { values, scales };
}

function encode(type: BlockType, values: Float32Array): Uint8Array {
  const bytes = new Uint8Array((values.length / 32) * blockTypes[type].bytes);
  encodeBlocks(type, values, bytes);
  return bytes;
}

describe('GGUF blocks', () => {
  const random = new Random(3);
  const values = Float32Array.from({ length: 32 * 64 }, () => random.normal() * 0.03);

  for (const type of Object.keys(blockTypes) as BlockType[]) {
    it(`${type}: every value comes back within a step of its block`, () => {
      const back = decode(type, encode(type, values));
      for (const [i, value] of values.entries()) {
        const d = Math.abs(back.scales[i >> 5]!);
        // Half a step, plus what rounding d to fp16 moves the outermost values. Q4_0 has no +8: that end may lose a step.
        const allowed = type === 'Q8_0' ? 0.57 * d : 1.01 * d;
        assert.ok(Math.abs(back.values[i]! - value) <= allowed, `${i}: ${value} became ${back.values[i]}, step ${d}`);
      }
    });
  }

  it('Q4_0: the value farthest from zero is −8 of the scale, low nibbles hold the first half', () => {
    const block = new Float32Array(32);
    block[1] = -0.5;
    block[20] = 2;
    const bytes = encode('Q4_0', block);
    assert.equal(fromHalf(bytes[0]! | (bytes[1]! << 8)), -0.25);
    assert.equal(bytes[2 + 1], 0x8a, 'value 1 = +2 · −0.25, value 17 = 0');
    assert.equal(bytes[2 + 4], 0x08, 'value 4 = 0, value 20 = −8 · −0.25');
    assert.equal(bytes[2], 0x88);
  });

  it('Q8_0: bytes are signed multiples of max/127', () => {
    const block = new Float32Array(32);
    block[0] = 127;
    block[31] = -63;
    const bytes = encode('Q8_0', block);
    assert.deepEqual([...bytes.subarray(0, 3)], [0x00, 0x3c, 127], 'd = 1 as fp16, then 127');
    assert.equal(bytes[33], 256 - 63);
  });

  it('a block of zeros is a block of zeros', () => {
    for (const type of Object.keys(blockTypes) as BlockType[]) {
      const { values } = decode(type, encode(type, new Float32Array(32)));
      assert.ok(values.length === 32 && values.every((value) => value === 0));
    }
  });
});

describe('fp16 bits', () => {
  it('round every finite number back to itself', () => {
    for (let half = 0; half < 0x7c00; half++) {
      assert.equal(toHalf(fromHalf(half)), half);
      assert.equal(toHalf(-fromHalf(half)), half | 0x8000);
    }
  });

  it('round to nearest, ties to even, and to infinity beyond 65504', () => {
    assert.equal(toHalf(1 + 2 ** -11), 0x3c00);
    assert.equal(toHalf(1 + 3 * 2 ** -11), 0x3c02);
    assert.equal(toHalf(1 + 2 ** -11 + 2 ** -20), 0x3c01);
    assert.equal(toHalf(2 - 2 ** -12), 0x4000);
    assert.equal(toHalf(2 ** -25), 0);
    assert.equal(toHalf(3 * 2 ** -26), 1);
    assert.equal(toHalf(65_519), 0x7bff);
    assert.equal(toHalf(65_520), 0x7c00);
  });
});
