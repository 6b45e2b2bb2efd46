import assert from 'node:assert/strict';
import { type FloatType, fromFloat32, toFloat32 } from '../../../../src/engine/checkpoint/dtype-conversion.ts';

function widen(dtype: FloatType, halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  toFloat32(dtype, new Uint8Array(halves.buffer), halves.length, out);
  return out;
}

function narrow(dtype: FloatType, ...values: number[]): number[] {
  return [...new Uint16Array(fromFloat32(dtype, Float32Array.from(values)).buffer)];
}

const allHalves = Uint16Array.from({ length: 65536 }, (_, half) => half);

describe('dtype conversion', () => {
  it('widens F16', () => {
    const values = widen('F16', Uint16Array.of(0x3c00, 0xc100, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x8000));
    assert.deepEqual([...values], [1, -2.5, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, -0]);
    assert.ok(Number.isNaN(widen('F16', Uint16Array.of(0x7e00))[0]));
  });

  it('widens BF16', () => {
    const values = widen('BF16', Uint16Array.of(0x3f80, 0xc020, 0x7f80, 0x8000, 0x3dcd));
    assert.deepEqual([...values], [1, -2.5, Infinity, -0, 0.10009765625]);
  });

  for (const dtype of ['F16', 'BF16'] as const) {
    it(`narrows every ${dtype} value back to itself`, () => {
      const values = widen(dtype, allHalves);
      const back = new Uint16Array(fromFloat32(dtype, values).buffer);
      for (const half of allHalves) {
        if (!Number.isNaN(values[half])) assert.equal(back[half], half);
        else assert.ok(Number.isNaN(widen(dtype, back.slice(half, half + 1))[0]));
      }
    });

    it(`rounds to the nearest ${dtype}, ties to even`, () => {
      // Positive finite values are in the order of their bits.
      const values = widen(dtype, allHalves.slice(0, dtype === 'F16' ? 0x7c00 : 0x7f80));
      for (let half = 0; half + 1 < values.length; half += 7) {
        const [low, high] = [values[half]!, values[half + 1]!];
        const even = half % 2 === 0 ? half : half + 1;
        assert.deepEqual(narrow(dtype, (low + high) / 2), [even], `tie above ${low}`);
        assert.deepEqual(narrow(dtype, low + (high - low) * 0.49, low + (high - low) * 0.51), [half, half + 1]);
      }
    });
  }

  it('rounds values beyond the range to infinity', () => {
    assert.deepEqual(narrow('F16', 65519, 65520, -1e9, 1e-9), [0x7bff, 0x7c00, 0xfc00, 0]);
    assert.deepEqual(narrow('BF16', 3.4e38), [0x7f80]);
  });
});
