import assert from 'node:assert/strict';
import type { TokenPair } from '../../src/engine/adaptation/trainer.ts';
import type { EffectiveAdapter } from '../../src/engine/graph/lora.ts';
import { OnnxDecoder } from '../../src/engine/runtime/onnx-decoder.ts';
import { OnnxTrainer } from '../../src/engine/runtime/onnx-trainer.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { type PreparedFixture, relativeError } from './oracle.ts';

/** What one model computes, to be compared with what another one does. */
export function modelRuns(provider: ProviderName, prefillChunk: number) {
  /** Logits after a prompt and after each of three more tokens. */
  const decode = async (
    { config, weights }: PreparedFixture,
    tokens: readonly number[],
    adapter: EffectiveAdapter | undefined,
    accuracy: 1 | 4 = 1,
  ): Promise<Float32Array[]> => {
    const decoder = new OnnxDecoder(config, weights, {
      provider,
      threads: 1,
      maxPositions: 128,
      prefillChunk,
      accuracy,
    });
    const state = await decoder.open([adapter]);
    const start = tokens.length - 3;
    const found: Float32Array[] = [];
    for (let from = 0; from < start; from += prefillChunk) {
      const logits = await state.run([0], [tokens.slice(from, Math.min(start, from + prefillChunk))]);
      if (from + prefillChunk >= start) found.push(logits.slice());
    }
    for (const token of tokens.slice(start)) found.push((await state.run([0], [[token]])).slice());
    state.dispose();
    await decoder.release();
    return found;
  };

  const train = async (
    { config, weights }: PreparedFixture,
    { pair, adapter, tangent }: { pair: TokenPair; adapter: EffectiveAdapter; tangent: Float32Array },
    layerCheckpointing: boolean,
  ) => {
    const trainer = new OnnxTrainer(config, weights, { provider, threads: 1, layerCheckpointing });
    const b = Float32Array.from(pair.response, (_, i) => (i % 4 === 1 ? 1 : -1));
    const residual = { b, centering: true };
    const { gradient, evaluation } = await trainer.gradient(pair, adapter, residual, { distribution: false });
    const product = await trainer.fisherProduct(pair, adapter, tangent);
    await trainer.release();
    return { logProb: evaluation.logProb, gradient, product };
  };
  return { decode, train };
}

export function near(found: ArrayLike<number>, expected: ArrayLike<number>, limit: number, what: string): void {
  const error = relativeError(found, expected);
  assert.ok(error <= limit, `${what}: ${error}`);
}
