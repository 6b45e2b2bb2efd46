import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../policy/provider.ts';
import { decoderLayer } from '../architectures/index.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import type { Decoder, DecodeState } from '../generation/decoder.ts';
import { distinctWindows } from '../graph/attention-window.ts';
import { decodeGraph } from '../graph/decode-graph.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import { DeviceCache, type Uploader, uploader } from './device-cache.ts';
import { createGraphSession } from './graph-session.ts';
import { GraphSessionPool } from './graph-session-pool.ts';
import { HostCache } from './key-value-cache.ts';
import { OnnxDecodeState } from './onnx-decode-state.ts';
import { loadOrt } from './ort.ts';
import { loadProvider } from './provider.ts';
import { RotaryCache } from './rotary-cache.ts';

export interface OnnxDecoderOptions {
  readonly provider: ProviderName;
  readonly threads: number;
  readonly maxPositions: number;
  readonly prefillChunk: number;
  /** 4 = int8 activations (default), 1 = fp32. */
  readonly accuracy?: 1 | 4;
}

type CacheKind = 'rows' | 'in-place';

/**
 * The decode graph on onnxruntime: one graph session per LoRA rank and kind of cache, created when first needed.
 * Where the provider can, a single sequence keeps its keys, values and LoRA matrices on the device; batches keep them in
 * ordinary memory.
 */
export class OnnxDecoder implements Decoder {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly prefillChunk: number;
  readonly #config: ModelConfig;
  readonly #weights: PreparedWeights;
  readonly #options: OnnxDecoderOptions;
  readonly #rotary: RotaryCache;
  readonly #sessions = new GraphSessionPool<InferenceSession>();
  #uploader: Promise<Uploader> | undefined;

  constructor(config: ModelConfig, weights: PreparedWeights, options: OnnxDecoderOptions) {
    this.vocabSize = config.vocabSize;
    this.maxPositions = options.maxPositions;
    this.prefillChunk = options.prefillChunk;
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
    this.#rotary = new RotaryCache(config);
  }

  async open(adapters: readonly (EffectiveAdapter | undefined)[]): Promise<DecodeState> {
    const rank = Math.max(0, ...adapters.map((adapter) => adapter?.layout.rank ?? 0));
    if (adapters.some((adapter) => adapter !== undefined && adapter.layout.rank !== rank)) {
      throw new Error('All adapters of one batch must have one rank.');
    }
    const ort = await loadOrt();
    const { layers, kvHeads, headSize } = this.#config;
    const windows = distinctWindows(this.#config);
    const shape = { layers, kvHeads, headSize, slots: adapters.length, windows, limit: this.maxPositions };
    const provider = await loadProvider(this.#options.provider);
    const resident = provider.keepsCacheOnDevice && adapters.length === 1;
    const kind = resident ? 'in-place' : 'rows';
    await this.session(rank, kind);
    if (resident) this.#uploader ??= uploader(ort, provider);
    return new OnnxDecodeState({
      ort,
      config: this.#config,
      rotary: this.#rotary,
      adapters,
      cache: resident ? await DeviceCache.create(ort, provider, shape) : new HostCache(ort, shape),
      upload: resident ? await this.#uploader : undefined,
      session: () => this.session(rank, kind),
    });
  }

  /** Creates the graph session that a single sequence without an adapter needs. */
  async prepare(): Promise<void> {
    const { keepsCacheOnDevice } = await loadProvider(this.#options.provider);
    await this.session(0, keepsCacheOnDevice ? 'in-place' : 'rows');
  }

  /** The graph session of this rank. Those of ranks other than 0 and this one are released: each holds a copy of the weights. */
  session(rank: number, kind: CacheKind): Promise<InferenceSession> {
    return this.#sessions.get(graphName(kind, rank), () => {
      // Nobody waits for this, so there is nobody to report a failure to; the graph sessions are out of use either way.
      if (rank !== 0) this.#sessions.release((name) => !keptBeside(rank).includes(name)).catch(() => undefined);
      const { provider, threads, accuracy = 4 } = this.#options;
      const graph = decodeGraph(this.#config, decoderLayer(this.#config), this.#weights, {
        rank,
        cache: kind,
        accuracy,
      });
      return createGraphSession(graph, this.#weights, provider, { threads, kind: 'decode' });
    });
  }

  /** Frees the graph sessions and their memory; an open state or the next one makes them again. */
  async release(): Promise<void> {
    await this.#sessions.release();
  }
}

const graphName = (kind: CacheKind, rank: number): string => `${kind}.${rank}`;

/** The graph sessions that stay when one of this rank is made. */
function keptBeside(rank: number): string[] {
  return (['rows', 'in-place'] as const).flatMap((kind) => [graphName(kind, 0), graphName(kind, rank)]);
}
