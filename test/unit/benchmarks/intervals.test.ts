import assert from 'node:assert/strict';
import { clusterBootstrap, quantile, wilson } from '../../../src/benchmarks/intervals.ts';

const near = (actual: number, expected: number, tolerance = 5e-5) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe('intervals', () => {
  // Computed by hand from the formula, and 8 of 10 as textbooks print it.
  for (const [successes, of, low, high] of [
    [8, 10, 0.4902, 0.9433],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [540, 600, 0.8734, 0.9215],
  ] as const) {
    it(`are Wilson’s for ${successes} of ${of}`, () => {
      const interval = wilson(successes, of);
      near(interval.low, low);
      near(interval.high, high);
    });
  }
  it('know nothing from nothing', () => assert.deepEqual(wilson(0, 0), { low: 0, high: 1 }));

  it('by bootstrap agree with the normal approximation where clusters are single values', () => {
    const values = Array.from({ length: 400 }, (_, i) => [Number(i % 4 === 0)]);
    const { mean, low, high } = clusterBootstrap(values);
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    near(mean, 0.25, 0);
    near(low, 0.25 - half, 0.006);
    near(high, 0.25 + half, 0.006);
  });
  it('by bootstrap are wider where the values of a cluster are alike', () => {
    const alike = Array.from({ length: 100 }, (_, i) => [i % 2, i % 2, i % 2, i % 2]);
    const mixed = Array.from({ length: 100 }, () => [0, 1, 0, 1]);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    assert.ok(width(clusterBootstrap(alike)) > 0.15);
    assert.equal(width(clusterBootstrap(mixed)), 0, 'every cluster has the same mean');
  });
  it('by bootstrap are the same every time, and points for one cluster', () => {
    const clusters = [[1, 0], [1], [0, 0, 1]];
    assert.deepEqual(clusterBootstrap(clusters), clusterBootstrap(clusters));
    assert.deepEqual(clusterBootstrap([[1, 0]]), { mean: 0.5, low: 0.5, high: 0.5 });
    assert.deepEqual(clusterBootstrap([]), { mean: 0, low: 0, high: 0 });
  });
  it('take quantiles between neighbours', () => {
    assert.equal(quantile([0, 10], 0.25), 2.5);
    assert.equal(quantile([3], 0.975), 3);
  });
});
