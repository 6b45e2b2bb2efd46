import type { Tensor, TensorConstructor } from 'onnxruntime-node';

/**
 * Keys and values of several sequences in ordinary memory: per layer [slots, kv, S, hd]. The graph reads it as an input (which the
 * binding does not copy) and returns only the new rows (fetched outputs are copied), which are written here.
 * S grows in steps, because onnxruntime's cost of a run grows with S rather than with the tokens in use.
 */
export class KeyValueCache {
  readonly #layers: number;
  readonly #kvHeads: number;
  readonly #headSize: number;
  readonly #slots: number;
  readonly #limit: number;
  #capacity = 0;
  #keys: Float32Array[] = [];
  #values: Float32Array[] = [];
  #tensors = new Map<string, Tensor>();

  constructor(shape: { layers: number; kvHeads: number; headSize: number; slots: number; limit: number }) {
    this.#layers = shape.layers;
    this.#kvHeads = shape.kvHeads;
    this.#headSize = shape.headSize;
    this.#slots = shape.slots;
    this.#limit = shape.limit;
  }

  /** S */
  get capacity(): number {
    return this.#capacity;
  }

  /** Makes room for `positions` tokens in every slot, keeping what is there. */
  reserve(positions: number): void {
    if (positions <= this.#capacity) return;
    const capacity = Math.min(Math.ceil((positions + 32) / step) * step, Math.max(this.#limit, positions));
    const before = this.#capacity;
    const grow = (old: Float32Array | undefined): Float32Array => {
      const grown = new Float32Array(this.#slots * this.#kvHeads * capacity * this.#headSize);
      for (let head = 0; old !== undefined && head < this.#slots * this.#kvHeads; head++) {
        const row = old.subarray(head * before * this.#headSize, (head + 1) * before * this.#headSize);
        grown.set(row, head * capacity * this.#headSize);
      }
      return grown;
    };
    this.#keys = Array.from({ length: this.#layers }, (_, layer) => grow(this.#keys[layer]));
    this.#values = Array.from({ length: this.#layers }, (_, layer) => grow(this.#values[layer]));
    this.#capacity = capacity;
    this.#tensors.clear();
  }

  /** A view of `count` slots from `first` on as [count, kv, S, hd]; valid until the cache grows. */
  tensor(TensorOf: TensorConstructor, layer: number, kind: 'k' | 'v', first: number, count: number): Tensor {
    const key = `${kind}.${layer}.${first}.${count}`;
    let tensor = this.#tensors.get(key);
    if (tensor === undefined) {
      const size = this.#kvHeads * this.#capacity * this.#headSize;
      const all = (kind === 'k' ? this.#keys : this.#values)[layer] as Float32Array;
      const dims = [count, this.#kvHeads, this.#capacity, this.#headSize];
      tensor = new TensorOf('float32', all.subarray(first * size, (first + count) * size), dims);
      this.#tensors.set(key, tensor);
    }
    return tensor;
  }

  /** Writes the new rows [tokens, kv·hd] of one slot from `position` on. */
  write(layer: number, kind: 'k' | 'v', slot: number, position: number, rows: Float32Array): void {
    const all = (kind === 'k' ? this.#keys : this.#values)[layer] as Float32Array;
    const width = this.#headSize;
    const tokens = rows.length / (this.#kvHeads * width);
    for (let token = 0, from = 0; token < tokens; token++) {
      for (let head = 0; head < this.#kvHeads; head++, from += width) {
        const to = ((slot * this.#kvHeads + head) * this.#capacity + position + token) * width;
        all.set(rows.subarray(from, from + width), to);
      }
    }
  }

  /** Exchanges two slots, so that the sequences of a run can lie side by side. */
  swap(a: number, b: number): void {
    const size = this.#kvHeads * this.#capacity * this.#headSize;
    for (const all of [...this.#keys, ...this.#values]) {
      const kept = all.slice(a * size, (a + 1) * size);
      all.copyWithin(a * size, b * size, (b + 1) * size);
      all.set(kept, b * size);
    }
  }
}

/** Tokens by which S grows. */
const step = 256;
