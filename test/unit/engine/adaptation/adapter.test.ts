import assert from 'node:assert/strict';
import {
  createAdapter,
  hasNoEffect,
  initialTheta,
  isSaddle,
  resetAdapter,
  withTheta,
} from '../../../../src/engine/adaptation/adapter.ts';
import { combine, extractGradient } from '../../../../src/engine/adaptation/compose.ts';
import { residualInputs } from '../../../../src/engine/adaptation/token-target.ts';
import { tinyConfig } from './tiny-config.ts';
import { ToyTrainer, toyAdapter } from './toy-trainer.ts';

describe('adapter', () => {
  it('starts with A ~ U(±1/√in) and B = 0', () => {
    const adapter = createAdapter(tinyConfig, { name: 's', kind: 'session', seed: 4 });
    assert.deepEqual([adapter.rank, adapter.alpha, adapter.version, adapter.updates], [8, 16, 0, 0]);
    for (const { matrix, rows, columns, offset } of adapter.layout.slots) {
      const values = adapter.theta.subarray(offset, offset + rows * columns);
      if (matrix === 'B') {
        assert.ok(values.every((value) => value === 0));
        continue;
      }
      const bound = 1 / Math.sqrt(rows);
      assert.ok(values.every((value) => Math.abs(value) <= bound));
      const variance = values.reduce((total, value) => total + value * value, 0) / values.length;
      assert.ok(Math.abs(variance / (bound ** 2 / 3) - 1) < 0.35);
      assert.ok(values.some((value) => value > 0.8 * bound) && values.some((value) => value < -0.8 * bound));
    }
    assert.ok(hasNoEffect(adapter) && !isSaddle(adapter));
  });

  it('is decided by its seed alone', () => {
    const { layout } = toyAdapter();
    assert.deepEqual(initialTheta(layout, 12), initialTheta(layout, 12));
    assert.notDeepEqual(initialTheta(layout, 12), initialTheta(layout, 13));
    assert.notDeepEqual(initialTheta(layout, 1), initialTheta(layout, 1 + 2 ** 32));
  });

  it('keeps the scale when only the rank is chosen', () => {
    const adapter = createAdapter(tinyConfig, { name: 's', kind: 'session', rank: 2, seed: 4 });
    assert.deepEqual([adapter.rank, adapter.alpha], [2, 4]);
  });

  it('resets to what it was created as', () => {
    const fresh = toyAdapter({ seed: 5 });
    const trained = {
      ...withTheta(
        fresh,
        fresh.theta.map((value) => value + 1),
      ),
      updates: 3,
    };
    const reset = resetAdapter(trained);
    assert.deepEqual(reset.theta, fresh.theta);
    assert.equal(reset.updates, 0);
    assert.equal(new Set([fresh.content, trained.content, reset.content]).size, 3);
  });

  it('U7 at B = 0 only B has a gradient; at A = B = 0 nothing has', async () => {
    const trainer = new ToyTrainer();
    const pair = { prompt: [1, 2], response: [3, 4, 5] };
    const gradientOf = async (adapter: ReturnType<typeof toyAdapter>) => {
      const options = { b: residualInputs(-1, 1, 3), centering: true };
      const { gradient } = await trainer.gradient(pair, combine([adapter]), options, { distribution: false });
      return extractGradient(gradient, [adapter], 0);
    };
    const adapter = toyAdapter();
    const gradient = await gradientOf(adapter);
    for (const { matrix, rows, columns, offset } of adapter.layout.slots) {
      const size = Math.hypot(...gradient.subarray(offset, offset + rows * columns));
      if (matrix === 'A') assert.equal(size, 0);
      else assert.ok(size > 1e-3);
    }
    const saddle = toyAdapter({ theta: new Float32Array(adapter.layout.size) });
    assert.ok(isSaddle(saddle));
    assert.ok((await gradientOf(saddle)).every((value) => value === 0));
  });
});
