import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type AttentionWindow, lastTokenMask, maskInput } from '../graph/attention-window.ts';
import type { Ort } from './ort.ts';

/** Where a decoder keeps the keys and values of its sequences: slots, each with room for S positions. */
export interface KeyValueCache {
  /** S */
  readonly capacity: number;
  /** Makes room for `positions` tokens in every slot, keeping what is there. */
  reserve(positions: number): Promise<void>;
  /** Inputs of a run of T tokens over the slots from `first` on, `positions[i]` being the length of slot `first + i`. */
  feeds(first: number, positions: readonly number[], T: number): Record<string, Tensor>;
  /** What the run must return: names, or names with the tensors to write into. */
  fetches(first: number, count: number): InferenceSession.FetchesType;
  /** Takes the new rows of a run of T tokens; `positions[i]` is the length of slot `first + i` before it. */
  store(outputs: InferenceSession.OnnxValueMapType, first: number, positions: readonly number[]): void;
  /** Exchanges two slots, so that the sequences of a run can lie side by side. */
  swap(a: number, b: number): void;
  dispose(): void;
}

export interface CacheShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly slots: number;
  /** The different attention windows of the layers. */
  readonly windows: readonly AttentionWindow[];
  /** Maximum number of positions that will ever be asked for. */
  readonly limit: number;
}

/**
 * Keys and values of several sequences in ordinary memory: per layer [slots, kv, S, hd]. The graph reads it as an input (which the
 * binding does not copy) and returns only the new rows (fetched outputs are copied), which are written here.
 * S grows in steps, because onnxruntime's cost of a run grows with S rather than with the tokens in use.
 */
export class HostCache implements KeyValueCache {
  readonly #ort: Ort;
  readonly #shape: CacheShape;
  #capacity = 0;
  #keys: Float32Array[] = [];
  #values: Float32Array[] = [];
  #tensors = new Map<string, Tensor>();

  constructor(ort: Ort, shape: CacheShape) {
    this.#ort = ort;
    this.#shape = shape;
  }

  get capacity(): number {
    return this.#capacity;
  }

  async reserve(positions: number): Promise<void> {
    if (positions <= this.#capacity) return;
    const { layers, kvHeads, headSize, slots, limit } = this.#shape;
    const capacity = Math.min(Math.ceil((positions + 16) / step) * step, Math.max(limit, positions));
    const before = this.#capacity;
    const grow = (old: Float32Array | undefined): Float32Array => {
      const grown = new Float32Array(slots * kvHeads * capacity * headSize);
      for (let head = 0; old !== undefined && head < slots * kvHeads; head++) {
        const row = old.subarray(head * before * headSize, (head + 1) * before * headSize);
        grown.set(row, head * capacity * headSize);
      }
      return grown;
    };
    this.#keys = Array.from({ length: layers }, (_, layer) => grow(this.#keys[layer]));
    this.#values = Array.from({ length: layers }, (_, layer) => grow(this.#values[layer]));
    this.#capacity = capacity;
    this.#tensors.clear();
  }

  feeds(first: number, positions: readonly number[], T: number): Record<string, Tensor> {
    const { Tensor } = this.#ort;
    const count = positions.length;
    const S = this.#capacity;
    const feeds: Record<string, Tensor> = {
      prefill: new Tensor('bool', Uint8Array.of(T === 1 ? 0 : 1), [1]),
      sizes: new Tensor('int64', BigInt64Array.of(BigInt(S), BigInt(T)), [2]),
    };
    for (const window of this.#shape.windows) {
      const mask = lastTokenMask(positions, S, T, window);
      feeds[maskInput(window)] = new Tensor('float32', mask, [count, 1, 1, S + T]);
    }
    for (let layer = 0; layer < this.#shape.layers; layer++) {
      feeds[`k.${layer}`] = this.#view(this.#keys, layer, first, count);
      feeds[`v.${layer}`] = this.#view(this.#values, layer, first, count);
    }
    return feeds;
  }

  fetches(): InferenceSession.FetchesType {
    const rows = Array.from({ length: this.#shape.layers }, (_, layer) => [`k_new.${layer}`, `v_new.${layer}`]);
    return ['logits', ...rows.flat()];
  }

  store(outputs: InferenceSession.OnnxValueMapType, first: number, positions: readonly number[]): void {
    for (let layer = 0; layer < this.#shape.layers; layer++) {
      const keys = outputs[`k_new.${layer}`]?.data as Float32Array;
      const values = outputs[`v_new.${layer}`]?.data as Float32Array;
      const width = keys.length / positions.length;
      positions.forEach((position, i) => {
        const own = (all: Float32Array) => (positions.length === 1 ? all : all.subarray(i * width, (i + 1) * width));
        this.#write(this.#keys[layer] as Float32Array, first + i, position, own(keys));
        this.#write(this.#values[layer] as Float32Array, first + i, position, own(values));
      });
    }
  }

  swap(a: number, b: number): void {
    const size = this.#shape.kvHeads * this.#capacity * this.#shape.headSize;
    for (const all of [...this.#keys, ...this.#values]) {
      const kept = all.slice(a * size, (a + 1) * size);
      all.copyWithin(a * size, b * size, (b + 1) * size);
      all.set(kept, b * size);
    }
  }

  dispose(): void {
    this.#keys = [];
    this.#values = [];
    this.#tensors.clear();
    this.#capacity = 0;
  }

  /** `count` slots from `first` on as [count, kv, S, hd]; the same tensor until the cache grows. */
  #view(all: readonly Float32Array[], layer: number, first: number, count: number): Tensor {
    const key = `${all === this.#keys ? 'k' : 'v'}.${layer}.${first}.${count}`;
    let tensor = this.#tensors.get(key);
    if (tensor === undefined) {
      const { kvHeads, headSize } = this.#shape;
      const size = kvHeads * this.#capacity * headSize;
      const data = (all[layer] as Float32Array).subarray(first * size, (first + count) * size);
      tensor = new this.#ort.Tensor('float32', data, [count, kvHeads, this.#capacity, headSize]);
      this.#tensors.set(key, tensor);
    }
    return tensor;
  }

  /** Writes new rows [tokens, kv·hd] of one slot from `position` on. */
  #write(all: Float32Array, slot: number, position: number, rows: Float32Array): void {
    const { kvHeads, headSize } = this.#shape;
    for (let token = 0, from = 0; from < rows.length; token++) {
      for (let head = 0; head < kvHeads; head++, from += headSize) {
        const to = ((slot * kvHeads + head) * this.#capacity + position + token) * headSize;
        all.set(rows.subarray(from, from + headSize), to);
      }
    }
  }
}

/** Number of tokens by which S grows: a run costs time for all S positions, growing costs a copy of the cache. */
const step = 64;
