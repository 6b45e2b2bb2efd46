import assert from 'node:assert/strict';
import { binCount, ExpBins, scaleOf } from '../../../../src/engine/generation/exp-bins.ts';
import { Rng } from '../../../../src/engine/generation/rng.ts';
import { randomLogits } from './reference-sampling.ts';

describe('exp bins', () => {
  for (const size of [10_000, 10_001]) {
    for (const temperature of [0.05, 0.7, 1, 20, 1e-8]) {
      it(`hold each weight to 2e-9 and each token once: ${size} logits, temperature ${temperature}`, () => {
        const logits = randomLogits(Rng.fromSeed(size), size, 4);
        const max = logits.reduce((a, b) => Math.max(a, b));
        const bins = new ExpBins();
        // A second filling must leave nothing of the first.
        bins.fill(logits, max, scaleOf(1));
        bins.fill(logits, max, scaleOf(temperature));
        const mass = new Float64Array(binCount);
        const count = new Int32Array(binCount);
        for (const logit of logits) {
          const bin = Math.floor((max - logit) * scaleOf(temperature));
          if (bin >= binCount) continue;
          mass[bin]! += Math.exp((logit - max) / temperature);
          count[bin]!++;
        }
        assert.deepEqual(bins.count.slice(0, binCount), count);
        for (let bin = 0; bin < binCount; bin++) {
          assert.ok(Math.abs(bins.mass[bin]! - mass[bin]!) <= 2e-9 * mass[bin]!, `bin ${bin}`);
        }
        assert.equal(bins.mass[binCount], 0);
      });
    }
  }
});
