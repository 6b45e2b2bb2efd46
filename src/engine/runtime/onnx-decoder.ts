import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ProviderName } from '../../shared/model-types.ts';
import type { EffectiveAdapter } from '../adaptation/lora.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { decodeGraph, loraInput } from '../graph/decode-graph.ts';
import type { Decoder, DecodeState } from './decoder.ts';
import { createSession } from './graph-session.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { loadOrt, type Ort } from './ort.ts';
import { RotaryCache } from './rotary-cache.ts';

export interface OnnxDecoderOptions {
  readonly provider: ProviderName;
  readonly threads: number;
  readonly maxPositions: number;
  readonly prefillChunk: number;
  /** 4 = int8 activations (default), 1 = fp32. */
  readonly accuracy?: 1 | 4;
}

/** The decode graph on onnxruntime, one session per LoRA rank, created when first needed. */
export class OnnxDecoder implements Decoder {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly prefillChunk: number;
  readonly #config: ModelConfig;
  readonly #weights: PreparedWeights;
  readonly #options: OnnxDecoderOptions;
  readonly #rotary: RotaryCache;
  readonly #sessions = new Map<number, Promise<InferenceSession>>();

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
    return new OnnxDecodeState(
      await loadOrt(),
      this.#config,
      await this.session(rank),
      this.#rotary,
      adapters,
      this.maxPositions,
    );
  }

  /** The session of this rank; sessions of other ranks than 0 and this one are released. */
  session(rank: number): Promise<InferenceSession> {
    for (const [other, session] of this.#sessions) {
      if (other === 0 || other === rank || rank === 0) continue;
      this.#sessions.delete(other);
      void session.then((s) => s.release());
    }
    let session = this.#sessions.get(rank);
    if (session === undefined) {
      const accuracy = this.#options.accuracy ?? 4;
      const graph = decodeGraph(this.#config, this.#weights, { rank, cache: 'rows', accuracy });
      const { provider, threads } = this.#options;
      session = createSession(graph, this.#weights, provider, { threads, kind: 'decode' });
      this.#sessions.set(rank, session);
      session.catch(() => this.#sessions.delete(rank));
    }
    return session;
  }

  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).release();
  }
}

class OnnxDecodeState implements DecodeState {
  readonly sequences: number;
  readonly #ort: Ort;
  readonly #config: ModelConfig;
  readonly #session: InferenceSession;
  readonly #rotary: RotaryCache;
  readonly #cache: KeyValueCache;
  readonly #lengths: number[];
  /** slot[sequence], and its inverse. */
  readonly #slots: number[];
  readonly #occupants: number[];
  readonly #adapters: readonly (EffectiveAdapter | undefined)[];
  #loraKey = '';
  #lora: Record<string, Tensor> = {};

  constructor(
    ort: Ort,
    config: ModelConfig,
    session: InferenceSession,
    rotary: RotaryCache,
    adapters: readonly (EffectiveAdapter | undefined)[],
    maxPositions: number,
  ) {
    this.#ort = ort;
    this.#config = config;
    this.#session = session;
    this.#rotary = rotary;
    this.#adapters = adapters;
    this.sequences = adapters.length;
    this.#lengths = adapters.map(() => 0);
    this.#slots = adapters.map((_, i) => i);
    this.#occupants = adapters.map((_, i) => i);
    const { layers, kvHeads, headSize } = config;
    this.#cache = new KeyValueCache({ layers, kvHeads, headSize, slots: this.sequences, limit: maxPositions });
  }

  length(sequence: number): number {
    return this.#lengths[sequence] as number;
  }

  truncate(sequence: number, length: number): void {
    this.#lengths[sequence] = Math.min(length, this.length(sequence));
  }

  async run(sequences: readonly number[], tokens: readonly (readonly number[])[]): Promise<Float32Array> {
    const T = tokens[0]?.length ?? 0;
    if (T === 0 || (sequences.length > 1 && tokens.some((t) => t.length !== 1))) {
      throw new Error('A run takes one sequence with any number of tokens, or several with one token each.');
    }
    const first = this.#gather(sequences);
    const B = sequences.length;
    const order = this.#occupants.slice(first, first + B);
    const totals = order.map((sequence) => this.length(sequence) + T);
    const total = Math.max(...totals);
    this.#cache.reserve(total);
    const tokenOf = new Map(sequences.map((sequence, i) => [sequence, tokens[i] as readonly number[]]));
    const ids = new BigInt64Array(B * T);
    const positions = new BigInt64Array(B * T);
    order.forEach((sequence, b) => {
      const own = tokenOf.get(sequence) as readonly number[];
      for (let t = 0; t < T; t++) {
        ids[b * T + t] = BigInt(own[t] as number);
        positions[b * T + t] = BigInt(this.length(sequence) + t);
      }
    });
    const outputs = await this.#session.run(
      this.#feeds(first, order, ids, positions, totals, total),
      this.#session.outputNames,
    );
    this.#store(first, order, T, outputs);
    return this.#logits(outputs, sequences, order);
  }

  dispose(): void {
    this.#lora = {};
  }

  #feeds(
    first: number,
    order: readonly number[],
    ids: BigInt64Array,
    positions: BigInt64Array,
    totals: readonly number[],
    total: number,
  ): Record<string, Tensor> {
    const { Tensor } = this.#ort;
    const B = order.length;
    const { cos, sin, shape } = this.#rotary.tables(this.#cache.capacity);
    const feeds: Record<string, Tensor> = {
      ids: new Tensor('int64', ids, [B, ids.length / B]),
      positions: new Tensor('int64', positions, [B, ids.length / B]),
      lengths: new Tensor(
        'int32',
        Int32Array.from(totals, (n) => n - 1),
        [B],
      ),
      total: new Tensor('int32', Int32Array.of(total), []),
      cos: new Tensor('float32', cos, shape),
      sin: new Tensor('float32', sin, shape),
      ...this.#loraFeeds(order),
    };
    for (let layer = 0; layer < this.#config.layers; layer++) {
      feeds[`k.${layer}`] = this.#cache.tensor(Tensor, layer, 'k', first, B);
      feeds[`v.${layer}`] = this.#cache.tensor(Tensor, layer, 'v', first, B);
    }
    return feeds;
  }

  #store(first: number, order: readonly number[], T: number, outputs: InferenceSession.OnnxValueMapType): void {
    const width = T * this.#config.kvHeads * this.#config.headSize;
    for (let layer = 0; layer < this.#config.layers; layer++) {
      for (const kind of ['k', 'v'] as const) {
        const rows = outputs[`${kind}_new.${layer}`]?.data as Float32Array;
        order.forEach((sequence, b) => {
          const own = order.length === 1 ? rows : rows.subarray(b * width, (b + 1) * width);
          this.#cache.write(layer, kind, first + b, this.length(sequence), own);
        });
      }
    }
    for (const sequence of order) this.#lengths[sequence] = this.length(sequence) + T;
  }

  #logits(
    outputs: InferenceSession.OnnxValueMapType,
    sequences: readonly number[],
    order: readonly number[],
  ): Float32Array {
    const logits = outputs.logits?.data as Float32Array;
    if (sequences.every((sequence, i) => sequence === order[i])) return logits;
    const V = this.#config.vocabSize;
    const sorted = new Float32Array(logits.length);
    sequences.forEach((sequence, i) => {
      const from = order.indexOf(sequence) * V;
      sorted.set(logits.subarray(from, from + V), i * V);
    });
    return sorted;
  }

  /** Brings the sequences into neighbouring slots and returns the first of these. */
  #gather(sequences: readonly number[]): number {
    const slots = sequences.map((sequence) => this.#slots[sequence] as number);
    const first = Math.min(...slots);
    if (Math.max(...slots) - first === sequences.length - 1) return first;
    sequences.forEach((sequence, target) => {
      const from = this.#slots[sequence] as number;
      const evicted = this.#occupants[target] as number;
      if (from === target) return;
      this.#cache.swap(from, target);
      this.#slots[sequence] = target;
      this.#slots[evicted] = from;
      this.#occupants[target] = sequence;
      this.#occupants[from] = evicted;
    });
    return 0;
  }

  /** A and B of every target: [1, ·, ·] when the sequences share an adapter, else stacked [B, ·, ·]. */
  #loraFeeds(order: readonly number[]): Record<string, Tensor> {
    const adapters = order.map((sequence) => this.#adapters[sequence]);
    const layout = adapters.find((adapter) => adapter !== undefined)?.layout ?? this.#adapters.find((a) => a)?.layout;
    if (layout === undefined) return {};
    const versions = adapters.map((adapter) => adapter?.version ?? 0);
    const shared = versions.every((version) => version === versions[0]);
    const key = shared ? String(versions[0]) : versions.join();
    if (key === this.#loraKey) return this.#lora;
    const stack = shared ? adapters.slice(0, 1) : adapters;
    this.#lora = {};
    for (const { layer, target, matrix, rows, columns, offset } of layout.slots) {
      const size = rows * columns;
      let data: Float32Array;
      if (stack.length === 1 && stack[0] !== undefined) data = stack[0].theta.subarray(offset, offset + size);
      else {
        data = new Float32Array(stack.length * size);
        stack.forEach((adapter, b) => {
          if (adapter !== undefined) data.set(adapter.theta.subarray(offset, offset + size), b * size);
        });
      }
      this.#lora[loraInput(layer, target, matrix)] = new this.#ort.Tensor('float32', data, [
        stack.length,
        rows,
        columns,
      ]);
    }
    this.#loraKey = key;
    return this.#lora;
  }
}
