import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../../src/engine/checkpoint/config.ts';
import { ropeFrequencies, rotaryTables } from '../../../../src/engine/checkpoint/rope.ts';

interface Golden {
  readonly config: unknown;
  readonly inverse: readonly number[];
  readonly attentionFactor: number;
  readonly positions: readonly number[];
  readonly cos: readonly (readonly number[])[];
  readonly sin: readonly (readonly number[])[];
}

/** Made by tools/oracles/rope.py with transformers. */
const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/rope/golden.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Golden>>;

describe('rope', () => {
  for (const [name, { config, inverse, attentionFactor, positions, cos, sin }] of Object.entries(golden)) {
    it(`agrees with transformers: ${name}`, () => {
      const model = parseModelConfig('config.json', config, architectures);
      const ours = ropeFrequencies(model);
      assert.equal(ours.inverse.length, inverse.length);
      for (const [pair, expected] of inverse.entries()) assertClose(ours.inverse[pair]!, expected, 1e-6 * expected);
      assertClose(ours.attentionFactor, attentionFactor, 1e-8);

      const last = Math.max(...positions.filter((position) => position < 10_000));
      const tables = rotaryTables(model, last + 1);
      for (const [row, position] of positions.entries()) {
        if (position > last) continue;
        for (const [pair, frequency] of inverse.entries()) {
          // One last place of a frequency (2^-23) moves the angle by that much of itself.
          const tolerance = 4e-7 + position * frequency * 4e-7;
          const at = position * inverse.length + pair;
          assertClose(tables.cos[at]!, cos[row]![pair]!, tolerance);
          assertClose(tables.sin[at]!, sin[row]![pair]!, tolerance);
        }
      }
    });
  }

  it('covers every type of scaling', () => {
    const types = Object.values(golden).map(
      ({ config }) => parseModelConfig('', config, architectures).ropeScaling?.type ?? 'none',
    );
    assert.deepEqual([...new Set(types)].sort(), ['linear', 'llama3', 'none', 'yarn']);
  });
});

function assertClose(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} instead of ${expected} (±${tolerance})`);
}
