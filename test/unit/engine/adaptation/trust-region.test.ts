import assert from 'node:assert/strict';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { linearise, type UpdateProblem } from '../../../../src/engine/adaptation/problem.ts';
import { residualInputs } from '../../../../src/engine/adaptation/token-target.ts';
import { defaultTrustRegion, lineSearch, type TrustRegion } from '../../../../src/engine/adaptation/trust-region.ts';
import { norm, scaled } from '../../../../src/engine/adaptation/vector.ts';
import { ToyTrainer, toyAdapter } from './toy-trainer.ts';

const never = new AbortController().signal;

describe('lineSearch', () => {
  const trainer = new ToyTrainer(7, 8);
  const pair = { prompt: [1, 2], response: [3, 4, 5, 6] };
  const adapter = toyAdapter();
  const problemFor = (reward: 1 | -1): UpdateProblem => ({
    trainer,
    pair,
    reward,
    b: residualInputs(reward, 1, 4),
    adapters: [adapter],
    which: 0,
  });

  /** A search along ± the gradient with a step of the given length; only the given bounds can refuse. */
  async function search(reward: 1 | -1, length: number, bounds: Partial<TrustRegion>) {
    const problem = problemFor(reward);
    const at = await linearise(problem, true);
    const delta = scaled(length / norm(at.gradient), at.gradient);
    const open: TrustRegion = {
      klResponse: 1e9,
      klAnchors: 1e9,
      entropyRange: [0, 1e9],
      weightChange: 1e9,
      gain: -1e9,
      halvings: 6,
    };
    const anchors = { anchors: [], tokens: 0 };
    const inputs = { bounds: { ...open, ...bounds }, norms: trainer.norms, anchors };
    const result = await lineSearch(problem, at, delta, inputs, never);
    return { ...result, delta, at };
  }

  it('has the bounds of the specification', () => {
    assert.deepEqual(defaultTrustRegion, {
      klResponse: 0.02,
      klAnchors: 0.02,
      entropyRange: [0.5, 2],
      weightChange: 0.01,
      gain: 1e-3,
      halvings: 6,
    });
  });

  it('takes the largest of 1, ½, ¼ … that passes, without trying every one', async () => {
    const cap = 0.01;
    let halvings = 0;
    let evaluated = 0;
    for (const length of [0.6, 0.8, 1, 1.3, 1.6, 2, 2.5, 3, 4, 5, 6, 8]) {
      const { trials, adapter: found, delta, at } = await search(-1, length, { klResponse: cap });
      const klAt = async (alpha: number) => {
        const theta = adapter.theta.map((value, i) => value + alpha * delta[i]!);
        const after = await trainer.evaluate(pair, combine([toyAdapter({ theta })]), { distribution: true });
        const kl = await trainer.divergence(at.before.distribution!, after.distribution!, 4);
        return kl.reduce((total, value) => total + value, 0) / 4;
      };
      const { alpha } = trials.at(-1)!;
      assert.ok(found !== undefined && Number.isInteger(Math.log2(alpha)));
      assert.ok((await klAt(alpha)) <= cap);
      assert.ok(alpha === 1 || (await klAt(2 * alpha)) > cap, `length ${length}: ${2 * alpha} would have passed`);
      assert.deepEqual(
        found.theta,
        adapter.theta.map((value, i) => value + alpha * delta[i]!),
      );
      halvings += -Math.log2(alpha);
      evaluated += trials.length - 1;
    }
    assert.ok(halvings >= 24 && evaluated <= 0.6 * halvings, `${evaluated} evaluations for ${halvings} halvings`);
  });

  it('asks for a gain with the sign of the reward', async () => {
    const good = await search(-1, 0.05, { gain: 1e-3 });
    assert.equal(good.trials.length, 1);
    const wrong = await search(-1, -0.05, { gain: 1e-3 });
    assert.deepEqual([wrong.adapter, wrong.trials.length], [undefined, 7]);
    assert.ok(wrong.trials.every(({ failed }) => failed === 'no-improvement'));
    assert.equal((await search(1, 0.05, { gain: 1e-3 })).trials.length, 1);
    assert.equal((await search(1, -0.05, { gain: 1e-3 })).adapter, undefined);
  });

  it('counts the gain only of tokens under the mask', async () => {
    const problem = { ...problemFor(-1), b: residualInputs(-1, 1, [1, 0, 0, 0]) };
    const at = await linearise(problem, true);
    const delta = scaled(0.3 / norm(at.gradient), at.gradient);
    const theta = adapter.theta.map((value, i) => value + delta[i]!);
    const after = await trainer.evaluate(pair, combine([toyAdapter({ theta })]), { distribution: false });
    const gains = Array.from(after.logProb, (value, i) => at.before.logProb[i]! - value);
    const total = gains.reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(total - gains[0]!) > 0.01);
    const outcome = async (gain: number) => {
      const bounds = { ...defaultTrustRegion, klResponse: 10, weightChange: 10, entropyRange: [0, 10] as const, gain };
      const inputs = { bounds: { ...bounds, halvings: 0 }, norms: trainer.norms, anchors: { anchors: [], tokens: 0 } };
      return (await lineSearch(problem, at, delta, inputs, never)).trials[0]!.failed;
    };
    assert.equal(await outcome(gains[0]! - 1e-4), null);
    assert.equal(await outcome(gains[0]! + 1e-4), 'no-improvement');
  });

  it('bounds the entropy on both sides, relative to the base', async () => {
    const { trials } = await search(-1, 0.05, {});
    const entropy = trials[0]!.evaluation!.entropy;
    const base = (await trainer.evaluate(pair, undefined, { distribution: false })).entropy;
    const total = (v: Float32Array) => v.reduce((t, value) => t + value, 0);
    const ratio = total(entropy) / total(base);
    const outcome = async (range: [number, number]) =>
      (await search(-1, 0.05, { entropyRange: range, halvings: 0 })).trials[0]!.failed;
    assert.equal(await outcome([ratio - 1e-3, ratio + 1e-3]), null);
    assert.equal(await outcome([ratio + 1e-3, 10]), 'entropy');
    assert.equal(await outcome([0, ratio - 1e-3]), 'entropy');
  });

  it('refuses a step to infinity before any model run', async () => {
    const before = trainer.calls.evaluate;
    const { trials } = await search(-1, Number.POSITIVE_INFINITY, {});
    assert.ok(trials.every(({ failed }) => failed === 'not-finite'));
    assert.equal(trainer.calls.evaluate, before);
  });
});
