import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { DecodeState } from '../generation/decoder.ts';
import { type EffectiveAdapter, loraInput } from '../graph/lora.ts';
import type { Uploader } from './device-cache.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import type { Ort } from './ort.ts';
import type { RotaryCache } from './rotary-cache.ts';

export interface DecodeStateParts {
  readonly ort: Ort;
  readonly config: ModelConfig;
  readonly rotary: RotaryCache;
  /** One per sequence. */
  readonly adapters: readonly (EffectiveAdapter | undefined)[];
  readonly cache: KeyValueCache;
  /** Present when LoRA matrices are to be kept on the device. */
  readonly upload: Uploader | undefined;
  /** Asked for at every run, because a graph session may have been released for another rank meanwhile. */
  readonly session: () => Promise<InferenceSession>;
}

/** B sequences over one cache. Sequences live in slots; those of one run are brought side by side. */
export class OnnxDecodeState implements DecodeState {
  readonly sequences: number;
  readonly #parts: DecodeStateParts;
  readonly #lengths: number[];
  /** slot[sequence], and its inverse. */
  readonly #slots: number[];
  readonly #occupants: number[];
  #lora: { key: string; feeds: Record<string, Tensor> } = { key: '', feeds: {} };
  /** What the last run returned. */
  #logits: ArrayBufferLike | undefined;
  #isDisposed = false;
  #isRunning = false;

  constructor(parts: DecodeStateParts) {
    this.#parts = parts;
    this.sequences = parts.adapters.length;
    this.#lengths = parts.adapters.map(() => 0);
    this.#slots = parts.adapters.map((_, i) => i);
    this.#occupants = parts.adapters.map((_, i) => i);
  }

  length(sequence: number): number {
    return this.#lengths[sequence] as number;
  }

  truncate(sequence: number, length: number): void {
    this.#lengths[sequence] = Math.min(length, this.length(sequence));
  }

  async run(sequences: readonly number[], tokens: readonly (readonly number[])[]): Promise<Float32Array> {
    this.#requireOpen();
    this.#isRunning = true;
    try {
      return await this.#run(sequences, tokens);
    } finally {
      this.#isRunning = false;
      if (this.#isDisposed) this.#free();
    }
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#lengths.fill(0);
    // A run still reads and writes what would be freed; it does so itself at its end.
    if (!this.#isRunning) this.#free();
  }

  #requireOpen(): void {
    if (this.#isDisposed) throw new Error('This decode state was disposed; open another one.');
  }

  #free(): void {
    this.#forgetLogits();
    this.#forgetLora();
    this.#parts.cache.dispose();
  }

  async #run(sequences: readonly number[], tokens: readonly (readonly number[])[]): Promise<Float32Array> {
    const T = tokens[0]?.length ?? 0;
    if (T === 0 || (sequences.length > 1 && tokens.some((own) => own.length !== 1))) {
      throw new Error('A run takes one sequence with any number of tokens, or several with one token each.');
    }
    const { cache } = this.#parts;
    const session = await this.#parts.session();
    const first = this.#gather(sequences);
    const order = this.#occupants.slice(first, first + sequences.length);
    const before = order.map((sequence) => this.length(sequence));
    await cache.reserve(Math.max(...before) + T);
    const ordered = order.map((sequence) => tokens[sequences.indexOf(sequence)] as readonly number[]);
    const feeds = {
      ...this.#stepFeeds(ordered, before),
      ...(await this.#loraFeeds(order)),
      ...cache.feeds(first, before, T),
    };
    this.#forgetLogits();
    const outputs = await session.run(feeds, cache.fetches(first, order.length));
    this.#requireOpen();
    cache.store(outputs, first, before);
    order.forEach((sequence, i) => {
      this.#lengths[sequence] = (before[i] as number) + T;
    });
    const logits = outputs.logits?.data as Float32Array;
    this.#logits = logits.buffer;
    return this.#inOrder(logits, sequences, order);
  }

  /** Tokens [B, T] at the positions after `before`, the lengths as the attention operator wants them, and the rotary tables. */
  #stepFeeds(tokens: readonly (readonly number[])[], before: readonly number[]): Record<string, Tensor> {
    const { ort, rotary, cache } = this.#parts;
    const B = tokens.length;
    const T = tokens[0]?.length ?? 0;
    const ids = BigInt64Array.from(tokens.flat(), BigInt);
    const positions = BigInt64Array.from({ length: B * T }, (_, i) =>
      BigInt((before[Math.floor(i / T)] as number) + (i % T)),
    );
    const lengths = Int32Array.from(before, (length) => length + T - 1);
    const { cos, sin, shape } = rotary.tables(cache.capacity);
    return {
      ids: new ort.Tensor('int64', ids, [B, T]),
      positions: new ort.Tensor('int64', positions, [B, T]),
      lengths: new ort.Tensor('int32', lengths, [B]),
      total: new ort.Tensor('int32', Int32Array.of(Math.max(...lengths) + 1), []),
      cos: new ort.Tensor('float32', cos, shape),
      sin: new ort.Tensor('float32', sin, shape),
    };
  }

  /** Logits [B, V] from slot order to the caller's order. */
  #inOrder(logits: Float32Array, sequences: readonly number[], order: readonly number[]): Float32Array {
    if (sequences.every((sequence, i) => sequence === order[i])) return logits;
    const V = this.#parts.config.vocabSize;
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
    sequences.forEach((sequence, slot) => {
      const from = this.#slots[sequence] as number;
      const evicted = this.#occupants[slot] as number;
      if (from === slot) return;
      this.#parts.cache.swap(from, slot);
      this.#slots[sequence] = slot;
      this.#slots[evicted] = from;
      this.#occupants[slot] = sequence;
      this.#occupants[from] = evicted;
    });
    return 0;
  }

  /** A and B of every module: [1, ·, ·] when the sequences share an adapter, else stacked [B, ·, ·]. */
  async #loraFeeds(order: readonly number[]): Promise<Record<string, Tensor>> {
    const { ort, upload } = this.#parts;
    const layout = this.#parts.adapters.find((adapter) => adapter !== undefined)?.layout;
    if (layout === undefined) return {};
    const adapters = order.map((sequence) => this.#parts.adapters[sequence]);
    const shared = adapters.every((adapter) => adapter?.version === adapters[0]?.version);
    const stack = shared ? adapters.slice(0, 1) : adapters;
    const key = stack.map((adapter) => adapter?.version ?? 0).join();
    if (key === this.#lora.key) return this.#lora.feeds;
    this.#forgetLora();
    const feeds: Record<string, Tensor> = {};
    for (const slot of layout.slots) {
      const { rows, columns, offset } = slot;
      const size = rows * columns;
      const one = stack.length === 1 ? stack[0]?.theta.subarray(offset, offset + size) : undefined;
      const data = one ?? new Float32Array(stack.length * size);
      if (one === undefined) {
        stack.forEach((adapter, b) => {
          if (adapter !== undefined) data.set(adapter.theta.subarray(offset, offset + size), b * size);
        });
      }
      const tensor = new ort.Tensor('float32', data, [stack.length, rows, columns]);
      feeds[loraInput(slot)] = upload === undefined ? tensor : await upload(tensor);
    }
    this.#lora = { key, feeds };
    return feeds;
  }

  /** Frees the logits at once: left to the garbage collector, half a megabyte per token makes it run all the time. */
  #forgetLogits(): void {
    if (this.#logits instanceof ArrayBuffer) this.#logits.transfer(0);
    this.#logits = undefined;
  }

  #forgetLora(): void {
    if (this.#parts.upload !== undefined) for (const tensor of Object.values(this.#lora.feeds)) tensor.dispose();
    this.#lora = { key: '', feeds: {} };
  }
}
