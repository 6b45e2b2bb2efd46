import assert from 'node:assert/strict';
import { conjugateGradient } from '../../../../src/engine/adaptation/conjugate-gradient.ts';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';

const n = 12;
const never = new AbortController().signal;

/** A = M·Mᵀ + I, symmetric positive definite. */
const matrix: readonly (readonly number[])[] = (() => {
  const uniform = uniformStream(5);
  const M = Array.from({ length: n }, () => Array.from({ length: n }, () => 2 * uniform() - 1));
  return M.map((row, i) =>
    M.map((other, j) => row.reduce((total, value, k) => total + value * other[k]!, i === j ? 1 : 0)),
  );
})();

const product = async (q: Float32Array) =>
  Float32Array.from(matrix, (row) => row.reduce((total, value, j) => total + value * q[j]!, 0));

describe('conjugateGradient', () => {
  it('U6 solves a known symmetric positive system', async () => {
    const x = Float32Array.from({ length: n }, (_, i) => Math.sin(i + 1));
    const g = await product(x);
    const result = await conjugateGradient(product, g, { maxIterations: 3 * n, tolerance: 1e-6 }, never);
    assert.equal(result.stopped, 'converged');
    result.x.forEach((value, i) => {
      assert.ok(Math.abs(value - x[i]!) < 1e-4, `x[${i}] = ${value}, expected ${x[i]}`);
    });
    const image = await product(result.x);
    const residual = Math.hypot(...g.map((value, i) => value - image[i]!)) / Math.hypot(...g);
    assert.ok(residual < 5e-6);
  });

  it('is exact after as many steps as there are distinct eigenvalues', async () => {
    const diagonal = [1, 1, 4, 4, 9, 9];
    const scale = async (q: Float32Array) => q.map((value, i) => diagonal[i]! * value);
    const g = Float32Array.of(1, -2, 3, 1, 0.5, -1);
    const { x, iterations } = await conjugateGradient(scale, g, { maxIterations: 10, tolerance: 1e-5 }, never);
    assert.equal(iterations, 3);
    x.forEach((value, i) => {
      assert.ok(Math.abs(value - g[i]! / diagonal[i]!) < 1e-5);
    });
  });

  it('with one iteration is the gradient scaled by gᵀg / gᵀAg', async () => {
    const g = Float32Array.from({ length: n }, (_, i) => Math.cos(i));
    const Ag = await product(g);
    const step = g.reduce((t, v) => t + v * v, 0) / g.reduce((t, v, i) => t + v * Ag[i]!, 0);
    const result = await conjugateGradient(product, g, { maxIterations: 1 }, never);
    assert.equal(result.iterations, 1);
    assert.equal(result.stopped, 'iterations');
    result.x.forEach((value, i) => {
      assert.ok(Math.abs(value - step * g[i]!) < 1e-6);
    });
  });

  it('stops at the tolerance, and asks first for A·g', async () => {
    const g = Float32Array.from({ length: n }, (_, i) => 1 / (i + 1));
    const asked: Float32Array[] = [];
    const result = await conjugateGradient(
      (q, call) => {
        assert.equal(call, asked.length);
        asked.push(q.slice());
        return product(q);
      },
      g,
      { maxIterations: 100, tolerance: 1e-1 },
      never,
    );
    assert.equal(result.stopped, 'converged');
    assert.ok(result.residual <= 1e-1 && result.iterations < n);
    assert.equal(asked.length, result.iterations);
    assert.deepEqual(asked[0], g);
  });

  it('keeps the last good point when the curvature is not positive', async () => {
    const diagonal = [2, -1];
    const indefinite = async (q: Float32Array) => q.map((value, i) => diagonal[i]! * value);
    const result = await conjugateGradient(indefinite, Float32Array.of(2, 1), { tolerance: 1e-9 }, never);
    assert.equal(result.stopped, 'curvature');
    assert.equal(result.iterations, 1);
    assert.ok(result.x.every(Number.isFinite));
    const none = await conjugateGradient(async (q) => q.map(() => Number.NaN), Float32Array.of(1, 1), {}, never);
    assert.deepEqual([none.stopped, none.iterations, ...none.x], ['curvature', 0, 0, 0]);
  });

  it('does nothing for g = 0 and can be cancelled between products', async () => {
    assert.equal((await conjugateGradient(product, new Float32Array(n), {}, never)).iterations, 0);
    const abort = new AbortController();
    let calls = 0;
    const cancelling = async (q: Float32Array) => {
      calls++;
      abort.abort();
      return product(q);
    };
    const g = new Float32Array(n).fill(1);
    await assert.rejects(conjugateGradient(cancelling, g, { tolerance: 0 }, abort.signal), isCancelled);
    assert.equal(calls, 1);
  });
});
