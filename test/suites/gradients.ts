import assert from 'node:assert/strict';
import { OnnxTrainer } from '../../src/engine/runtime/onnx-trainer.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { FixtureCache, loraCheckpoints, loraOracle, relativeError } from '../support/oracle.ts';

/** LoRA gradients and Fisher products against PyTorch, on any provider. */
export function gradientsSuite(provider: ProviderName): void {
  describe(`LoRA gradients against PyTorch (${provider})`, () => {
    const cache = new FixtureCache();
    after(() => cache.dispose());

    for (const name of loraCheckpoints) {
      for (const layerCheckpointing of [false, true]) {
        it(`${name}${layerCheckpointing ? ', layer checkpointing' : ''}: target gradients and Fisher product ≤ 1e-4`, async () => {
          const { config, weights } = await cache.prepare(name);
          const oracle = loraOracle(name, config);
          const { adapter, pair, tensors } = oracle;
          const trainer = new OnnxTrainer(config, weights, { provider, threads: 1, layerCheckpointing });
          const b = new Float32Array(pair.response.length).fill(-1);
          for (const centering of [true, false]) {
            const { gradient, evaluation } = await trainer.gradient(
              pair,
              adapter,
              { b, centering },
              { distribution: true },
            );
            const expected = tensors[centering ? 'targetCentred' : 'targetPlain'] as Float32Array;
            const error = relativeError(oracle.sampled(gradient), expected);
            assert.ok(error <= 1e-4, `centering ${centering}: ${error}`);
            assert.ok(relativeError(evaluation.logProb, tensors.logprobs as Float32Array) <= 1e-4);
            assert.ok(relativeError(evaluation.entropy, tensors.entropy as Float32Array) <= 1e-4);
            const V = config.vocabSize;
            const picked = pair.response.map(
              (token, i) => (evaluation.distribution as Float32Array)[i * V + token] as number,
            );
            assert.ok(relativeError(picked, tensors.logprobs as Float32Array) <= 1e-4);
          }
          const v = oracle.fromPeft(oracle.peftTheta.toReversed());
          const product = oracle.sampled(await trainer.fisherProduct(pair, adapter, v));
          const error = relativeError(product, tensors.fisherProduct as Float32Array);
          assert.ok(error <= 1e-4, `Fisher: ${error}`);
          await trainer.release();
        });
      }

      it(`${name}: at B = 0 the gradient of A is exactly zero and that of B is not (U7)`, async () => {
        const { config, weights } = await cache.prepare(name);
        const oracle = loraOracle(name, config);
        const theta = oracle.adapter.theta.slice();
        for (const { matrix, offset, rows, columns } of oracle.layout.slots) {
          if (matrix === 'B') theta.fill(0, offset, offset + rows * columns);
        }
        const trainer = new OnnxTrainer(config, weights, { provider, threads: 1, layerCheckpointing: false });
        const b = new Float32Array(oracle.pair.response.length).fill(-1);
        const adapter = { layout: oracle.layout, theta, version: 2 };
        const { gradient } = await trainer.gradient(
          oracle.pair,
          adapter,
          { b, centering: true },
          { distribution: false },
        );
        assert.ok(relativeError(oracle.sampled(gradient), oracle.tensors.freshTargetCentred as Float32Array) <= 1e-4);
        for (const { matrix, offset, rows, columns } of oracle.layout.slots) {
          const norm = Math.hypot(...gradient.subarray(offset, offset + rows * columns));
          assert.equal(norm > 0, matrix === 'B', `${matrix}: ${norm}`);
        }
        await trainer.release();
      });
    }
  });
}
