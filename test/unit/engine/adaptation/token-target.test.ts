import assert from 'node:assert/strict';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import {
  logOdds,
  residual,
  residualInputs,
  residualWeight,
  softmax,
  tokenTarget,
} from '../../../../src/engine/adaptation/token-target.ts';

/** p, b, p*, δ = p* − p, w, logZ, KL; digits as printed, so the last one is rounded. */
const golden: readonly (readonly [number, number, string, string, string, string, string])[] = [
  [0.05, -1, '0.018994307', '-0.031005693', '-0.032637572', '-0.032116279', '1.312e-02'],
  [0.3, -1, '0.136190471', '-0.163809529', '-0.234013612', '-0.210271956', '7.408e-02'],
  [0.6224593312, -1, '0.377540669', '-0.244918662', '-0.648721271', '-0.500000000', '1.225e-01'],
  [0.9, -1, '0.768030683', '-0.131969317', '-1.319693167', '-0.841434921', '7.340e-02'],
  [0.999999, -1, '0.999997282', '-0.000001718', '-1.718277158', '-0.999998282', '1.000e-06'],
  [1e-6, -1, '0.000000368', '-0.000000632', '-0.000000632', '-0.000000632', '2.642e-07'],
  [0.05, 1, '0.125160998', '0.075160998', '0.079116840', '0.082422113', '4.274e-02'],
  [0.3, 1, '0.538101526', '0.238101526', '0.340145037', '0.415735222', '1.224e-01'],
  [0.9, 1, '0.960729699', '0.060729699', '0.607296994', '0.934701664', '2.603e-02'],
  [0.6224593312, -0.5, '0.500000000', '-0.122459331', '-0.324360635', '-0.280929804', '3.093e-02'],
];

/** Within 1e-6 relative of the printed number, or within the rounding of its last digit where that is coarser. */
function near(actual: number, printed: string, what: string): void {
  const [mantissa, exponent = '0'] = printed.split('e');
  const lastDigit = 10 ** (Number(exponent) - mantissa!.split('.')[1]!.length);
  const tolerance = Math.max(1e-6 * Math.abs(Number(printed)), 0.51 * lastDigit);
  assert.ok(Math.abs(actual - Number(printed)) <= tolerance, `${what}: ${actual}, expected ${printed}`);
}

/** Logits of a small vocabulary in which token 1 has probability p. */
function logitsFor(p: number): Float64Array {
  const rest = [0.5, 0.3, 0.2].map((share) => Math.log(share) + Math.log1p(-p));
  return Float64Array.of(rest[0]! + 5, Math.log(p) + 5, rest[1]! + 5, rest[2]! + 5);
}

describe('target', () => {
  it('U1 matches the golden table', () => {
    for (const [p, b, pStar, delta, w, logZ, kl] of golden) {
      const target = tokenTarget(logOdds(logitsFor(p), 1), b);
      near(target.pStar, pStar, `p* at p=${p} b=${b}`);
      near(target.pStar - target.p, delta, `δ at p=${p} b=${b}`);
      near(target.w, w, `w at p=${p} b=${b}`);
      near(target.logZ, logZ, `logZ at p=${p} b=${b}`);
      near(target.kl, kl, `KL at p=${p} b=${b}`);
    }
  });

  it('agrees with the definition π*(y) ∝ π(y)·exp(b) to 1e-12', () => {
    for (const b of [-8, -2, -0.25, 0.25, 3, 8]) {
      const pi = softmax([0.3, -1, 2, 0.1, -0.4]);
      const tilted = pi.map((p, v) => (v === 2 ? p * Math.exp(b) : p));
      const Z = tilted.reduce((total, value) => total + value, 0);
      const star = tilted.map((value) => value / Z);
      const target = tokenTarget(logOdds([0.3, -1, 2, 0.1, -0.4], 2), b);
      const kl = star.reduce((total, q, v) => total + q * Math.log(q / pi[v]!), 0);
      assert.ok(Math.abs(target.pStar - star[2]!) < 1e-12);
      assert.ok(Math.abs(target.logZ - Math.log(Z)) < 1e-12);
      assert.ok(Math.abs(target.kl - kl) < 1e-12);
      const R = residual([0.3, -1, 2, 0.1, -0.4], 2, b, false);
      R.forEach((value, v) => {
        assert.ok(Math.abs(value - (star[v]! - pi[v]!)) < 1e-12);
      });
    }
  });

  it('stays exact where p rounds to 0 or to 1', () => {
    assert.equal(logOdds([0, 900, 0], 1), 900 - Math.log(2));
    assert.equal(logOdds([0, -900, 0], 1), -900 - Math.log(2));
    const sure = tokenTarget(60, -1);
    assert.ok(Math.abs(sure.w - Math.expm1(1) * -1) < 1e-9);
    assert.ok(Math.abs(sure.logZ + 1) < 1e-12);
    const hopeless = tokenTarget(-60, -1);
    assert.ok(Math.abs(hopeless.w / (Math.exp(-60) * Math.expm1(-1)) - 1) < 1e-9);
    for (const a of [-1e4, 1e4])
      for (const value of Object.values(tokenTarget(a, -8))) assert.ok(Number.isFinite(value));
  });

  it('U2 the residuals sum to 0 and have the sign of the reward at the sampled token', () => {
    const uniform = uniformStream(3);
    for (let trial = 0; trial < 50; trial++) {
      const logits = Float64Array.from({ length: 20 }, () => 8 * uniform() - 4);
      const y = trial % 20;
      for (const b of [-2, -1, 1]) {
        for (const centering of [false, true]) {
          const R = residual(logits, y, b, centering);
          assert.ok(Math.abs(R.reduce((total, value) => total + value, 0)) < 1e-13);
          if (!centering) assert.equal(Math.sign(R[y]!), Math.sign(b));
        }
      }
    }
  });

  it('centring removes the expectation under y ~ π, which the plain residual has', () => {
    const logits = [1.2, 0.3, -0.7, 2, 0];
    const pi = softmax(logits);
    const expectation = (centering: boolean) => {
      const mean = new Float64Array(5);
      pi.forEach((p, y) => {
        residual(logits, y, -1, centering).forEach((value, v) => {
          mean[v]! += p * value;
        });
      });
      return Math.hypot(...mean);
    };
    assert.ok(expectation(true) < 1e-15);
    assert.ok(expectation(false) > 0.01);
  });

  it('U3 no reward, no residual', () => {
    for (const centering of [false, true]) {
      assert.ok(residual([1, 2, 3], 0, 0, centering).every((value) => value === 0));
    }
    assert.deepEqual(tokenTarget(0.4, 0).w, 0);
  });

  it('gives b = m·r/β, clamped to ±8', () => {
    assert.deepEqual([...residualInputs(-1, 0.5, [1, 0, 1])], [-2, 0, -2]);
    assert.deepEqual([...residualInputs(1, 0.01, 2)], [8, 8]);
    assert.deepEqual([...residualInputs(-1, 0.01, 1)], [-8]);
    assert.ok(Number.isFinite(residualWeight(1, -8)));
  });
});
