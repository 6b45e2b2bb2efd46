import assert from 'node:assert/strict';
import { initialTheta, type LoraAdapter, withTheta } from '../../../../src/engine/adaptation/adapter.ts';
import { prepareAnchors } from '../../../../src/engine/adaptation/anchors.ts';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { gaussNewton } from '../../../../src/engine/adaptation/gauss-newton.ts';
import { loadPeft } from '../../../../src/engine/adaptation/peft.ts';
import { linearise, type UpdateProblem } from '../../../../src/engine/adaptation/problem.ts';
import { residualInputs } from '../../../../src/engine/adaptation/token-target.ts';
import { update } from '../../../../src/engine/adaptation/update.ts';
import { norm } from '../../../../src/engine/adaptation/vector.ts';
import { OnnxTrainer } from '../../../../src/engine/runtime/onnx-trainer.ts';
import { FixtureCache, fixture, loraCheckpoints, loraOracle, relativeError } from '../../../support/oracle.ts';

const never = new AbortController().signal;

describe('updates of a real model', () => {
  const cache = new FixtureCache();
  after(() => cache.dispose());

  async function open(name: (typeof loraCheckpoints)[number]) {
    const { config, weights } = await cache.prepare(name);
    const oracle = loraOracle(name, config);
    const trainer = new OnnxTrainer(config, weights, { provider: 'cpu', threads: 1, layerCheckpointing: false });
    const base = { config, path: name, key: weights.key };
    const as = { name: 'a', kind: 'session', seed: 1 } as const;
    const adapter = await loadPeft(fixture('checkpoints', name, 'adapter'), base, as);
    return { config, weights, oracle, trainer, adapter };
  }

  for (const name of loraCheckpoints) {
    it(`${name}: Gauss–Newton and the one-step direction are those of PyTorch`, async () => {
      const { oracle, trainer, adapter } = await open(name);
      const { pair, tensors, meta } = oracle;
      const effective = combine([adapter]);
      assert.ok(relativeError(effective.theta, oracle.adapter.theta) < 1e-7);
      for (const [kind, centering] of [
        ['centred', true],
        ['plain', false],
      ] as const) {
        const b = residualInputs(-1, 1, pair.response.length);
        const problem: UpdateProblem = { trainer, pair, reward: -1, b, adapters: [adapter], which: 0 };
        const at = await linearise(problem, centering);
        const title = centering ? 'Centred' : 'Plain';
        assert.ok(Math.abs(norm(at.gradient) / meta.norms[`target${title}`]! - 1) < 1e-4);
        // `sampled` turns an effective gradient into PEFT's order and scale; undo its scale for a vector in the adapter's own.
        const sampled = (v: Float32Array) => oracle.sampled(unscaled(v, adapter));
        assert.ok(relativeError(sampled(at.gradient), tensors[`target${title}`]!) < 1e-4);

        const proposal = await gaussNewton(problem, at, {}, never);
        assert.ok(typeof proposal !== 'string');
        const { lambda, iterations, residuals } = meta.gaussNewton[kind];
        assert.equal(proposal.cgIterations, iterations);
        assert.ok(Math.abs(proposal.lambda / lambda - 1) < 1e-3);
        assert.ok(Math.abs(proposal.cgResidual / residuals.at(-1)! - 1) < 0.05);
        const error = relativeError(sampled(proposal.delta), tensors[`gaussNewton${title}`]!);
        assert.ok(error < 1e-3, `${error}`);
      }
      await trainer.release();
    });
  }

  for (const solver of ['one-step', 'gauss-newton'] as const) {
    it(`I1–I3 ${solver}: accepted steps do what the reward says, refused ones nothing, and the base stays the base`, async () => {
      const { config, weights, oracle, trainer, adapter } = await open('qwen2');
      const { pair } = oracle;
      const anchors = await prepareAnchors(
        {
          trainer,
          vocabSize: config.vocabSize,
          encode: (text) => [...text].map((c) => c.charCodeAt(0)),
          generate: async (prompt, count) => prompt.slice(0, count),
        },
        never,
      );
      const norms = (layer: number, module: string) =>
        weights.entries.get(`model.layers.${layer}.${module}.weight`)!.norm;
      const baseBefore = await trainer.evaluate(pair, undefined, { distribution: true });
      let train: LoraAdapter = withTheta(adapter, initialTheta(adapter.layout, 3));
      for (const reward of [-1, -1, 1] as const) {
        const input = { pair, reward, adapters: [train], train, options: { solver } };
        const { report, adapter: next } = await update({ trainer, anchors, norms }, input, never);
        assert.ok(report.accepted, JSON.stringify(report));
        assert.ok(reward * (report.logProbAfter - report.logProbBefore) > 1e-3);
        assert.ok(report.klResponse <= 0.02 && report.klAnchors <= 0.02 && report.relativeWeightChange <= 0.01);

        const bytes = next.theta.slice();
        const refused = { ...input, adapters: [next], train: next, bounds: { gain: 1e9 } };
        assert.equal((await update({ trainer, anchors, norms }, refused, never)).adapter, next);
        assert.deepEqual(next.theta, bytes);
        train = next;
      }
      const baseAfter = await trainer.evaluate(pair, undefined, { distribution: true });
      assert.deepEqual(baseAfter.distribution, baseBefore.distribution);
      await trainer.release();
    });
  }
});

/** A copy with B divided by the scale of the adapter. */
function unscaled(v: Float32Array, adapter: LoraAdapter): Float32Array {
  const out = v.slice();
  for (const { matrix, offset, rows, columns } of adapter.layout.slots) {
    if (matrix === 'A') continue;
    for (let i = offset; i < offset + rows * columns; i++) out[i]! /= adapter.alpha / adapter.rank;
  }
  return out;
}
