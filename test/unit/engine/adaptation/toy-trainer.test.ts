import assert from 'node:assert/strict';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import { residual, residualInputs, residualWeight, softmax } from '../../../../src/engine/adaptation/token-target.ts';
import { dot } from '../../../../src/engine/adaptation/vector.ts';
import { ToyTrainer, toyAdapter, toyLayout, toyVocab } from './toy-trainer.ts';

/** The toy stands for the graphs in the tests of the update, so it must itself be right. */
describe('toy trainer', () => {
  const trainer = new ToyTrainer();
  const pair = { prompt: [4, 9], response: [3, 17, 8, 30] };
  const uniform = uniformStream(21);
  const random = () => Float32Array.from({ length: toyLayout(4).size }, () => 0.4 * (2 * uniform() - 1));
  const adapter = combine([toyAdapter({ theta: random() })]);
  const at = (v: Float32Array, step: number) => ({
    ...adapter,
    theta: adapter.theta.map((value, i) => value + step * v[i]!),
  });

  it('U4 the gradient is Σ w ∇ log p, by finite differences', async () => {
    const b = residualInputs(-1, 1, [1, 0, 1, 1]);
    const { gradient, evaluation } = await trainer.gradient(
      pair,
      adapter,
      { b, centering: false },
      { distribution: false },
    );
    const weights = Array.from(b, (tilt, i) => residualWeight(Math.exp(evaluation.logProb[i]!), tilt));
    const weighted = (theta: typeof adapter) =>
      trainer
        .logits(pair, theta)
        .reduce((total, z, i) => total + weights[i]! * Math.log(softmax(z)[pair.response[i]!]!), 0);
    for (let trial = 0; trial < 5; trial++) {
      const v = random();
      const step = 1e-2;
      const numeric = (weighted(at(v, step)) - weighted(at(v, -step))) / (2 * step);
      assert.ok(Math.abs(numeric - dot(gradient, v)) < 2e-3 * Math.abs(numeric) + 1e-4);
    }
  });

  it('the centred gradient is Jᵀ of the centred residual', async () => {
    const b = residualInputs(-1, 0.5, 4);
    const { gradient } = await trainer.gradient(pair, adapter, { b, centering: true }, { distribution: false });
    const cotangents = trainer.logits(pair, adapter).map((z, i) => residual(z, pair.response[i]!, -2, true));
    assert.deepEqual(gradient, trainer.vjp(pair, adapter, cotangents));
  });

  it('U5 ⟨Jv, u⟩ = ⟨v, Jᵀu⟩; F is symmetric and positive', async () => {
    for (let trial = 0; trial < 5; trial++) {
      const v = random();
      const w = random();
      const u = pair.response.map(() => Float64Array.from({ length: toyVocab }, () => 2 * uniform() - 1));
      const tangents = trainer.jvp(pair, adapter, v);
      const left = tangents.reduce((total, row, i) => total + row.reduce((t, x, j) => t + x * u[i]![j]!, 0), 0);
      const right = dot(v, trainer.vjp(pair, adapter, u));
      assert.ok(Math.abs(left - right) < 1e-4 * (1 + Math.abs(left)));
      const Fv = await trainer.fisherProduct(pair, adapter, v);
      const Fw = await trainer.fisherProduct(pair, adapter, w);
      assert.ok(Math.abs(dot(w, Fv) - dot(v, Fw)) < 1e-5 * (1 + Math.abs(dot(w, Fv))));
      assert.ok(dot(v, Fv) > 0);
    }
  });

  it('F is the second derivative of the KL', async () => {
    const v = random();
    const step = 1e-2;
    const before = (await trainer.evaluate(pair, adapter, { distribution: true })).distribution!;
    const after = (await trainer.evaluate(pair, at(v, step), { distribution: true })).distribution!;
    const kl = (await trainer.divergence(before, after, 4)).reduce((total, value) => total + value, 0);
    const quadratic = 0.5 * step ** 2 * dot(v, await trainer.fisherProduct(pair, adapter, v));
    assert.ok(Math.abs(kl / quadratic - 1) < 0.05, `${kl} against ${quadratic}`);
  });
});
