import assert from 'node:assert/strict';
import { dequantise, quantise } from '../../../../src/engine/checkpoint/quantise.ts';

const blocks = [32, 64, 128] as const;
const widths = [4, 8] as const;

function run(values: Float32Array, bits: 4 | 8, block: 32 | 64 | 128) {
  const out = {
    packed: new Uint8Array((values.length * bits) / 8).fill(0xaa),
    scales: new Float32Array(values.length / block).fill(9),
  };
  const squares = quantise(values, bits, block, out);
  return { ...out, squares, restored: dequantise(out, bits, block) };
}

/** Sines of growing amplitude: no two blocks alike. */
function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 1.7) * (1 + index / 100));
}

describe('quantise', () => {
  for (const bits of widths) {
    for (const block of blocks) {
      it(`keeps every value within half a step (${bits} bits, blocks of ${block})`, () => {
        const values = wave(block * 9);
        const { restored, scales } = run(values, bits, block);
        for (const [index, value] of values.entries()) {
          const scale = Math.abs(scales[Math.floor(index / block)]!);
          const error = Math.abs(restored[index]! - value);
          // With 4 bits the opposite of the extreme value has no code of its own (codes reach −8 … 7).
          const limit = bits === 4 && Math.abs(value) > 7.5 * scale ? 1 : 0.5;
          assert.ok(error <= limit * scale * 1.00001, `${restored[index]} for ${value} with step ${scale}`);
        }
      });

      it(`reports the sum of the squared dequantised values (${bits} bits, blocks of ${block})`, () => {
        const { restored, squares } = run(wave(block * 5), bits, block);
        const expected = restored.reduce((sum, value) => sum + value * value, 0);
        assert.ok(Math.abs(squares - expected) < 1e-5 * expected);
      });
    }

    it(`turns zeros into zeros with the scale 0 (${bits} bits)`, () => {
      const { restored, scales, squares } = run(new Float32Array(64), bits, 32);
      assert.deepEqual([...restored], new Array(64).fill(0));
      assert.ok(scales.every((scale) => Math.abs(scale) === 0));
      assert.equal(squares, 0);
    });

    it(`turns values too small for a scale into zeros (${bits} bits)`, () => {
      const { restored } = run(new Float32Array(32).fill(11 * 2 ** -149), bits, 32);
      assert.ok(restored.every((value) => Math.abs(value) === 0));
    });

    it(`handles the largest values (${bits} bits)`, () => {
      const values = new Float32Array(32).fill(1e38);
      values[3] = -3.4e38;
      const { restored, squares } = run(values, bits, 32);
      assert.ok(Math.abs(restored[3]! / -3.4e38 - 1) < 1e-6);
      assert.ok(Number.isFinite(squares));
    });

    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      it(`reports ${bad} anywhere (${bits} bits)`, () => {
        for (const at of [0, 31, 32, 63]) {
          const values = wave(64);
          values[at] = bad;
          assert.ok(Number.isNaN(run(values, bits, 32).squares));
        }
      });
    }

    it(`reports infinities of both signs (${bits} bits)`, () => {
      const values = wave(64);
      values[1] = Infinity;
      values[40] = -Infinity;
      assert.ok(Number.isNaN(run(values, bits, 32).squares));
    });
  }

  it('has the layout of MatMulNBits: low nibble first, zero points 8 and 128', () => {
    const values = new Float32Array(32);
    values[0] = -8;
    values[1] = 7;
    values[2] = 1;
    const four = run(values, 4, 32);
    assert.equal(four.scales[0], 1);
    assert.deepEqual([...four.packed.subarray(0, 3)], [0xf0, 0x89, 0x88]);
    values[0] = -127;
    const eight = run(values, 8, 32);
    assert.equal(eight.scales[0], 1);
    assert.deepEqual([...eight.packed.subarray(0, 4)], [1, 135, 129, 128]);
  });

  it('gives the extreme value exactly, whatever its sign', () => {
    for (const extreme of [-4, 4]) {
      const values = new Float32Array(32).fill(0.3);
      values[17] = extreme;
      assert.equal(run(values, 4, 32).restored[17], extreme);
    }
  });
});
