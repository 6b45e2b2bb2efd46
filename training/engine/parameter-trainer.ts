import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { decoderLayer } from '../../src/engine/architectures/index.ts';
import type { ModelConfig } from '../../src/engine/checkpoint/model-config.ts';
import { parameterInput, parameterNames } from '../../src/engine/graph/training-emitter.ts';
import { gradientGroups, trainingGraph } from '../../src/engine/graph/training-graph.ts';
import { CausalMasks } from '../../src/engine/runtime/causal-masks.ts';
import { createGraphSession } from '../../src/engine/runtime/graph-session.ts';
import { zeroFeed } from '../../src/engine/runtime/onnx-trainer.ts';
import { loadOrt } from '../../src/engine/runtime/ort.ts';
import { RotaryCache } from '../../src/engine/runtime/rotary-cache.ts';
import type { ProviderName } from '../../src/policy/provider.ts';

/** B sequences of T inputs, padded on the right; targets [B, T] of the same layout, weights [B, T] with 0 where nothing is learned. */
export interface TrainingBatch {
  readonly batch: number;
  readonly time: number;
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float32Array;
}

export interface ParameterGradient {
  /** L = −Σ weight·log p(target) */
  readonly loss: number;
  /** ∂L/∂W by checkpoint name, in the shape of W. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Training of a small model from scratch: the loss and the gradient of every parameter. The weights are the caller's arrays. */
export class ParameterTrainer {
  readonly #session: InferenceSession;
  readonly #rotary: RotaryCache;
  readonly #masks: CausalMasks;
  readonly #names: ReturnType<typeof parameterNames>;
  readonly #groups: ReturnType<typeof gradientGroups>;

  private constructor(config: ModelConfig, session: InferenceSession) {
    this.#session = session;
    this.#rotary = new RotaryCache(config);
    this.#masks = new CausalMasks(config);
    this.#names = parameterNames(config);
    this.#groups = gradientGroups(config, 'parameters', 0);
  }

  static async create(
    config: ModelConfig,
    options: { readonly provider: ProviderName; readonly threads: number; readonly layerCheckpointing?: boolean },
  ): Promise<ParameterTrainer> {
    const { provider, threads, layerCheckpointing = false } = options;
    const graph = trainingGraph(config, decoderLayer(config), undefined, {
      kind: 'parameters',
      rank: 0,
      layerCheckpointing,
    });
    return new ParameterTrainer(
      config,
      await createGraphSession(graph, undefined, provider, { threads, kind: 'train' }),
    );
  }

  /** @param parameters every trained weight by checkpoint name (see `parameterNames`), fp32. */
  async gradient(parameters: ReadonlyMap<string, Float32Array>, batch: TrainingBatch): Promise<ParameterGradient> {
    const ort = await loadOrt();
    const { Tensor } = ort;
    const { batch: B, time: T } = batch;
    // Only positions that count reach the head: with padding and prompts masked that saves most of its cost.
    const rows = [...batch.weights.keys()].filter((i) => batch.weights[i] !== 0);
    const { cos, sin, shape } = this.#rotary.tables(T);
    const feeds: Record<string, Tensor> = {
      ids: new Tensor('int64', BigInt64Array.from(batch.inputs, BigInt), [B, T]),
      positions: new Tensor(
        'int64',
        BigInt64Array.from({ length: B * T }, (_, i) => BigInt(i % T)),
        [B, T],
      ),
      ...this.#masks.feeds(ort, T),
      cos: new Tensor('float32', cos, shape),
      sin: new Tensor('float32', sin, shape),
      rows: new Tensor('int64', BigInt64Array.from(rows, BigInt), [rows.length]),
      targets: new Tensor(
        'int64',
        BigInt64Array.from(rows, (i) => BigInt(batch.targets[i] as number)),
        [rows.length],
      ),
      weight: new Tensor(
        'float32',
        Float32Array.from(rows, (i) => batch.weights[i] as number),
        [rows.length],
      ),
      ...zeroFeed(ort, this.#session),
    };
    const names = this.#names;
    for (const { name, shape: dims } of names) {
      feeds[parameterInput(name)] = new Tensor('float32', parameters.get(name) as Float32Array, dims);
    }
    const groups = this.#groups;
    const outputs = await this.#session.run(feeds, ['logProb', ...groups.map(({ group }) => `grad.${group}`)]);
    const logProb = outputs.logProb?.data as Float32Array;
    const loss = -rows.reduce((sum, row, i) => sum + (batch.weights[row] as number) * (logProb[i] as number), 0);
    const byInput = new Map<string, Float32Array>();
    for (const { group, leaves } of groups) {
      const flat = outputs[`grad.${group}`]?.data as Float32Array;
      let offset = 0;
      for (const { input, shape } of leaves) {
        const size = shape.reduce((product, dimension) => product * dimension, 1);
        byInput.set(input, flat.subarray(offset, offset + size));
        offset += size;
      }
    }
    return {
      loss,
      gradients: new Map(names.map(({ name }) => [name, byInput.get(parameterInput(name)) as Float32Array])),
    };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
