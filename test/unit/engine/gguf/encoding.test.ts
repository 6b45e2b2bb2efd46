import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dequantise } from '../../../../src/engine/checkpoint/quantise.ts';
import { encodingOf } from '../../../../src/engine/gguf/encoding.ts';
import { ggufTypes } from '../../../../src/engine/gguf/types.ts';
import { fixture, relativeError } from '../../../support/oracle.ts';

/** Blocks and values as the Python package gguf sees them; see test/fixtures/README.md. */
function oracle(name: string): { blocks: Uint8Array; values: Float32Array } {
  const bytes = (kind: string) => new Uint8Array(readFileSync(fixture('gguf', 'blocks', `${name}.${kind}`)));
  return { blocks: bytes('blocks'), values: new Float32Array(bytes('values').buffer) };
}

describe('GGUF encodings', () => {
  for (const type of ggufTypes.values()) {
    if (typeof type.format === 'string') continue;

    it(`${type.name}: the reference's values, bit for bit`, () => {
      const { blocks, values } = oracle(type.name);
      const found = new Float32Array(values.length);
      encodingOf(type).decode(blocks, found);
      assert.equal(Buffer.compare(Buffer.from(found.buffer), Buffer.from(values.buffer)), 0);
    });

    it(`${type.name}: the same values in the layout of the weights file, and their squares`, () => {
      const { blocks, values } = oracle(type.name);
      const { storage, pack } = encodingOf(type).packing!;
      const { bits, block, offsets } = storage;
      const out = {
        packed: new Uint8Array((values.length * bits) / 8),
        scales: new Float32Array(values.length / block),
        offsets: new Float32Array(values.length / block),
      };
      const squares = pack(blocks, out);
      const error = relativeError(dequantise(out, bits, block), values);
      // Moving an offset by eight scales rounds once; nothing else does.
      assert.ok(error <= (offsets ? 1e-6 : 0), `${error}`);
      const expected = values.reduce((sum, value) => sum + value * value, 0);
      assert.ok(Math.abs(squares / expected - 1) < 1e-6, `${squares} instead of ${expected}`);
    });
  }

  it('a scale that is not finite is told by the squares', () => {
    const q8 = [...ggufTypes.values()].find(({ name }) => name === 'Q8_0')!;
    const blocks = new Uint8Array(q8.bytes).fill(1);
    blocks.set([0x00, 0x7c]);
    const out = { packed: new Uint8Array(32), scales: new Float32Array(1), offsets: new Float32Array(1) };
    assert.ok(!Number.isFinite(encodingOf(q8).packing!.pack(blocks, out)));
  });
});
