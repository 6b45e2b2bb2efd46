import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ProviderName } from '../../policy/provider.ts';
import type { Evaluation, EvaluationOptions, ResidualOptions, TokenPair, Trainer } from '../adaptation/trainer.ts';
import { decoderLayer } from '../architectures/index.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { zeroInput } from '../graph/builder.ts';
import { type EffectiveAdapter, type LoraLayout, loraInput, loraLayout } from '../graph/lora.ts';
import { type TrainingKind, trainingGraph } from '../graph/training-graph.ts';
import { CausalMasks } from './causal-masks.ts';
import { collectGarbage } from './collect-garbage.ts';
import { createGraphSession } from './graph-session.ts';
import { GraphSessionPool } from './graph-session-pool.ts';
import { loadOrt, type Ort } from './ort.ts';
import { RotaryCache } from './rotary-cache.ts';

export interface OnnxTrainerOptions {
  readonly provider: ProviderName;
  readonly threads: number;
  readonly layerCheckpointing: boolean;
  /** Keep one graph session at a time: each maps the weights and holds on to its largest run's memory; making one takes seconds. */
  readonly lean?: boolean;
}

type LoraKind = Exclude<TrainingKind, 'parameters'>;

/** The training graphs on onnxruntime: one graph session per kind and rank, created when first needed, released on request. */
export class OnnxTrainer implements Trainer {
  readonly #config: ModelConfig;
  readonly #weights: PreparedWeights;
  readonly #options: OnnxTrainerOptions;
  readonly #rotary: RotaryCache;
  readonly #masks: CausalMasks;
  readonly #sessions = new GraphSessionPool<InferenceSession>();
  #silent: { readonly layout: LoraLayout; readonly theta: Float32Array } | undefined;

  constructor(config: ModelConfig, weights: PreparedWeights, options: OnnxTrainerOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
    this.#rotary = new RotaryCache(config);
    this.#masks = new CausalMasks(config);
  }

  async evaluate(
    pair: TokenPair,
    adapter: EffectiveAdapter | undefined,
    options: EvaluationOptions,
  ): Promise<Evaluation> {
    // Without an adapter the rank of the last one is used with zeros, so that no second graph session is made.
    const lora = adapter ?? this.#silent ?? { layout: loraLayout(this.#config, 0), theta: new Float32Array(0) };
    // The graph session that differentiates evaluates as well.
    const kind = this.#sessions.has(graphName('gradient', lora.layout.rank)) ? 'gradient' : 'evaluate';
    const feeds = { ...(await this.#pairFeeds(pair)), ...(await this.#referenceFeed(pair, options.reference)) };
    if (kind === 'gradient') {
      const b = new Float32Array(pair.response.length);
      Object.assign(feeds, await this.#residualFeeds({ b, centering: false }, false));
    }
    const names = [...evaluationNames(options), ...(options.reference ? ['divergence'] : [])];
    return evaluation(await this.#run(kind, lora, feeds, names));
  }

  async gradient(
    pair: TokenPair,
    adapter: EffectiveAdapter,
    residual: ResidualOptions,
    options: { readonly distribution: boolean },
  ): Promise<{ readonly gradient: Float32Array; readonly evaluation: Evaluation }> {
    const feeds = {
      ...(await this.#pairFeeds(pair)),
      ...(await this.#referenceFeed(pair, undefined)),
      ...(await this.#residualFeeds(residual, true)),
    };
    const names = [...evaluationNames(options), ...gradientNames(this.#config)];
    const outputs = await this.#run('gradient', adapter, feeds, names);
    return { gradient: flatten(adapter.layout, outputs), evaluation: evaluation(outputs) };
  }

  async fisherProduct(pair: TokenPair, adapter: EffectiveAdapter, v: Float32Array): Promise<Float32Array> {
    const ort = await loadOrt();
    const feeds = {
      ...(await this.#pairFeeds(pair)),
      ...loraFeeds(ort, adapter.layout, v, 'tangent.'),
    };
    return flatten(adapter.layout, await this.#run('fisher', adapter, feeds, gradientNames(this.#config)));
  }

  /** Frees the graph sessions and their memory; the next call makes them again. */
  async release(): Promise<void> {
    await this.#sessions.release();
  }

  async #run(
    kind: LoraKind,
    lora: { readonly layout: LoraLayout; readonly theta: Float32Array },
    feeds: Record<string, Tensor>,
    names: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { layout, theta } = lora;
    if (this.#silent?.layout.rank !== layout.rank) this.#silent = { layout, theta: new Float32Array(layout.size) };
    const session = await this.#session(kind, layout.rank);
    if (this.#options.lean) collectGarbage();
    const ort = await loadOrt();
    return session.run({ ...feeds, ...zeroFeed(ort, session), ...loraFeeds(ort, layout, theta, '') }, names);
  }

  async #session(kind: LoraKind, rank: number): Promise<InferenceSession> {
    const key = graphName(kind, rank);
    if (!this.#sessions.has(key)) {
      if (this.#options.lean) await this.release();
      else if (kind === 'gradient') await this.#sessions.release((name) => name.startsWith('evaluate.'));
    }
    return this.#sessions.get(key, () => {
      const { provider, threads, layerCheckpointing } = this.#options;
      const graph = trainingGraph(this.#config, decoderLayer(this.#config), this.#weights, {
        kind,
        rank,
        layerCheckpointing,
      });
      return createGraphSession(graph, this.#weights, provider, { threads, kind: 'train' });
    });
  }

  /** The graphs always compare; a single number broadcasts where nothing is asked. */
  async #referenceFeed({ response }: TokenPair, reference: Float32Array | undefined): Promise<Record<string, Tensor>> {
    const { Tensor } = await loadOrt();
    const shape = reference === undefined ? [1, 1] : [response.length, reference.length / response.length];
    return { reference: new Tensor('float32', reference ?? Float32Array.of(0), shape) };
  }

  async #residualFeeds({ b, centering }: ResidualOptions, backward: boolean): Promise<Record<string, Tensor>> {
    const { Tensor } = await loadOrt();
    return {
      backward: new Tensor('bool', Uint8Array.of(backward ? 1 : 0), [1]),
      reward: new Tensor('float32', Float32Array.from(b, Math.expm1), [b.length]),
      centering: new Tensor('float32', Float32Array.of(centering ? 1 : 0), [1]),
    };
  }

  /** The response's last token is no input: T = prompt + response − 1, and row i of the response is predicted at prompt − 1 + i. */
  async #pairFeeds({ prompt, response }: TokenPair): Promise<Record<string, Tensor>> {
    if (prompt.length === 0 || response.length === 0)
      throw new Error('A pair needs at least one prompt and one response token.');
    const ort = await loadOrt();
    const { Tensor } = ort;
    const ids = BigInt64Array.from([...prompt, ...response.slice(0, -1)], BigInt);
    const T = ids.length;
    const R = response.length;
    const { cos, sin, shape } = this.#rotary.tables(T);
    return {
      ids: new Tensor('int64', ids, [1, T]),
      positions: new Tensor(
        'int64',
        BigInt64Array.from({ length: T }, (_, i) => BigInt(i)),
        [1, T],
      ),
      ...this.#masks.feeds(ort, T),
      cos: new Tensor('float32', cos, shape),
      sin: new Tensor('float32', sin, shape),
      rows: new Tensor(
        'int64',
        BigInt64Array.from({ length: R }, (_, i) => BigInt(prompt.length - 1 + i)),
        [R],
      ),
      targets: new Tensor('int64', BigInt64Array.from(response, BigInt), [R]),
    };
  }
}

const graphName = (kind: LoraKind, rank: number): string => `${kind}.${rank}`;

/** The zero that `GraphBuilder.after` adds, where the graph has such a node. */
export function zeroFeed(ort: Ort, session: InferenceSession): Record<string, Tensor> {
  return session.inputNames.includes(zeroInput)
    ? { [zeroInput]: new ort.Tensor('float32', Float32Array.of(0), [1]) }
    : {};
}

/** A KL below this is rounding of fp32 sums, possibly negative; it is reported as this, never as an improvement on zero. */
const klResolution = 1e-8;

function evaluationNames({ distribution }: { readonly distribution: boolean }): string[] {
  return distribution ? ['logProb', 'entropy', 'distribution'] : ['logProb', 'entropy'];
}

function gradientNames(config: ModelConfig): string[] {
  return Array.from({ length: config.layers }, (_, layer) => `grad.${layer}`);
}

function evaluation(outputs: InferenceSession.OnnxValueMapType): Evaluation {
  const distribution = outputs.distribution?.data as Float32Array | undefined;
  const divergence = outputs.divergence?.data as Float32Array | undefined;
  return {
    logProb: outputs.logProb?.data as Float32Array,
    entropy: outputs.entropy?.data as Float32Array,
    ...(distribution !== undefined && { distribution }),
    ...(divergence !== undefined && { divergence: divergence.map((kl) => Math.max(kl, klResolution)) }),
  };
}

/** The layers' gradients one after the other are θ's layout. */
function flatten(layout: LoraLayout, outputs: InferenceSession.OnnxValueMapType): Float32Array {
  const flat = new Float32Array(layout.size);
  let offset = 0;
  for (let layer = 0; offset < layout.size; layer++) {
    const gradient = outputs[`grad.${layer}`]?.data as Float32Array;
    flat.set(gradient, offset);
    offset += gradient.length;
  }
  return flat;
}

function loraFeeds(ort: Ort, layout: LoraLayout, theta: Float32Array, prefix: string): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const slot of layout.slots) {
    const { rows, columns, offset } = slot;
    const data = theta.subarray(offset, offset + rows * columns);
    feeds[prefix + loraInput(slot)] = new ort.Tensor('float32', data, [rows, columns]);
  }
  return feeds;
}
