import assert from 'node:assert/strict';
import { OnnxDecoder } from '../../src/engine/runtime/onnx-decoder.ts';
import { OnnxTrainer } from '../../src/engine/runtime/onnx-trainer.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import {
  checkpoints,
  FixtureCache,
  loraCheckpoints,
  loraOracle,
  readJson,
  readTensors,
  relativeError,
} from '../support/oracle.ts';

interface Oracle {
  readonly prompt: number[];
  readonly greedyPrompt: number[];
  readonly greedyTokens: number[];
}

function argmax(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] as number) > (logits[best] as number)) best = i;
  return best;
}

/** Logits, greedy tokens and log-probabilities against PyTorch, on any provider. */
export function logitsSuite(provider: ProviderName, prefillChunk: number): void {
  describe(`logits against PyTorch (${provider})`, () => {
    const cache = new FixtureCache();
    after(() => cache.dispose());
    const options = { provider, threads: 1, maxPositions: 256, prefillChunk };

    for (const name of checkpoints) {
      it(`${name}: logits ≤ 1e-4 relative, by prefill and step by step, and 64 greedy tokens`, async () => {
        const { config, weights } = await cache.prepare(name);
        const oracle = readJson<Oracle>('checkpoints', name, 'oracle.json');
        const { logits } = readTensors('checkpoints', name, 'oracle.safetensors') as { logits: Float32Array };
        const V = config.vocabSize;
        const decoder = new OnnxDecoder(config, weights, options);
        const state = await decoder.open([undefined]);
        const T = oracle.prompt.length;
        const prefill = async (tokens: readonly number[]) => {
          let last = new Float32Array();
          for (let i = 0; i < tokens.length; i += prefillChunk) {
            last = Float32Array.from(await state.run([0], [tokens.slice(i, i + prefillChunk)]));
          }
          return last;
        };
        for (let position = T - 4; position < T; position++) {
          const expected = logits.subarray((position - T + 4) * V, (position - T + 5) * V);
          const found =
            position === T - 4
              ? await prefill(oracle.prompt.slice(0, position + 1))
              : await state.run([0], [[oracle.prompt[position] as number]]);
          assert.ok(relativeError(found, expected) <= 1e-4, `position ${position}: ${relativeError(found, expected)}`);
        }
        state.truncate(0, 0);
        const whole = await prefill(oracle.prompt);
        assert.ok(relativeError(whole, logits.subarray(3 * V)) <= 1e-4);

        state.truncate(0, 0);
        const tokens = [argmax(await prefill(oracle.greedyPrompt))];
        while (tokens.length < 64) tokens.push(argmax(await state.run([0], [[tokens.at(-1) as number]])));
        assert.deepEqual(tokens, oracle.greedyTokens);
        state.dispose();
        await decoder.release();
      });

      it(`${name}: log-probabilities of the training graph ≤ 1e-4 relative`, async () => {
        const { config, weights } = await cache.prepare(name);
        const oracle = readJson<Oracle>('checkpoints', name, 'oracle.json');
        const { logprobs } = readTensors('checkpoints', name, 'oracle.safetensors') as { logprobs: Float32Array };
        const trainer = new OnnxTrainer(config, weights, { provider, threads: 1, layerCheckpointing: false });
        const pair = { prompt: oracle.prompt.slice(0, 1), response: oracle.prompt.slice(1) };
        const { logProb } = await trainer.evaluate(pair, undefined, { distribution: false });
        assert.ok(relativeError(logProb, logprobs) <= 1e-4, String(relativeError(logProb, logprobs)));
        await trainer.release();
      });
    }

    for (const name of loraCheckpoints) {
      it(`${name}: the decode graph with a PEFT adapter agrees with PyTorch token by token`, async () => {
        const { config, weights } = await cache.prepare(name);
        const { adapter, pair, tensors } = loraOracle(name, config);
        const decoder = new OnnxDecoder(config, weights, options);
        const state = await decoder.open([adapter]);
        const found: number[] = [];
        const all = [...pair.prompt, ...pair.response];
        for (let i = 0; i + 1 < all.length; i++) {
          const logits = await state.run([0], [[all[i] as number]]);
          if (i + 1 < pair.prompt.length) continue;
          const sum = logits.reduce((s, z) => s + Math.exp(z), 0);
          found.push((logits[all[i + 1] as number] as number) - Math.log(sum));
        }
        assert.ok(relativeError(found, tensors.logprobs as Float32Array) <= 1e-4);
        await decoder.release();
      });
    }
  });
}
