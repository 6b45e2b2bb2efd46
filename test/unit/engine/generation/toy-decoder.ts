import type { Decoder, DecodeState } from '../../../../src/engine/generation/decoder.ts';
import type { EffectiveAdapter } from '../../../../src/engine/graph/lora.ts';

/** V is larger than the toy tokenizer's size, as in many real checkpoints. */
const toyVocabSize = 300;

export interface ToyOptions {
  readonly maxPositions?: number;
  readonly prefillChunk?: number;
  /** Makes this token by far the best one; undefined leaves the pseudo-random logits. */
  readonly script?: (tokens: readonly number[]) => number | undefined;
  readonly beforeRun?: (sequences: readonly number[], tokens: readonly (readonly number[])[]) => void;
}

/**
 * Logits are a hash of every token before, its position and its adapter, kept per position like keys and values: one
 * wrong, missing or stale entry changes all that follows. The contract of the seam is checked strictly, and the logits of
 * a run are overwritten when the next one starts.
 */
export class ToyDecoder implements Decoder {
  readonly vocabSize = toyVocabSize;
  readonly maxPositions: number;
  readonly prefillChunk: number;
  readonly options: ToyOptions;
  /** Tokens run for each sequence number, over all states. */
  tokensRun = 0;
  readonly runs: { readonly sequences: readonly number[]; readonly lengths: readonly number[] }[] = [];
  opened = 0;
  disposed = 0;

  constructor(options: ToyOptions = {}) {
    this.options = options;
    this.maxPositions = options.maxPositions ?? 200;
    this.prefillChunk = options.prefillChunk ?? 8;
  }

  async open(adapters: readonly (EffectiveAdapter | undefined)[]): Promise<DecodeState> {
    this.opened++;
    return new ToyState(this, adapters);
  }
}

class ToyState implements DecodeState {
  readonly sequences: number;
  readonly #decoder: ToyDecoder;
  readonly #versions: readonly number[];
  readonly #tokens: number[][];
  readonly #hashes: number[][];
  readonly #logits: Float32Array;
  #disposed = false;

  constructor(decoder: ToyDecoder, adapters: readonly (EffectiveAdapter | undefined)[]) {
    this.#decoder = decoder;
    this.#versions = adapters.map((adapter) => adapter?.version ?? 0);
    this.sequences = adapters.length;
    this.#tokens = adapters.map(() => []);
    this.#hashes = adapters.map(() => []);
    this.#logits = new Float32Array(adapters.length * toyVocabSize);
  }

  length(sequence: number): number {
    return this.#tokens[sequence]!.length;
  }

  truncate(sequence: number, length: number): void {
    if (length > this.length(sequence)) throw new Error('truncated to more than there is');
    this.#tokens[sequence]!.length = length;
    this.#hashes[sequence]!.length = length;
  }

  async run(sequences: readonly number[], tokens: readonly (readonly number[])[]): Promise<Float32Array> {
    if (this.#disposed) throw new Error('run after dispose');
    const decoder = this.#decoder;
    if (sequences.length > 1 && tokens.some((row) => row.length !== 1))
      throw new Error('several sequences, several tokens');
    if (tokens.some((row) => row.length === 0 || row.length > decoder.prefillChunk)) throw new Error('bad chunk');
    decoder.runs.push({ sequences: [...sequences], lengths: tokens.map((row) => row.length) });
    decoder.options.beforeRun?.(sequences, tokens);
    this.#logits.fill(Number.NaN);
    await null;
    for (const [row, sequence] of sequences.entries()) {
      for (const token of tokens[row]!) this.#append(sequence, token);
      this.#write(row, sequence);
      decoder.tokensRun += tokens[row]!.length;
    }
    return this.#logits.subarray(0, sequences.length * toyVocabSize);
  }

  dispose(): void {
    if (this.#disposed) throw new Error('disposed twice');
    this.#disposed = true;
    this.#decoder.disposed++;
  }

  #append(sequence: number, token: number): void {
    const hashes = this.#hashes[sequence]!;
    if (hashes.length >= this.#decoder.maxPositions) throw new Error('more positions than there are');
    const before = hashes.at(-1) ?? 17;
    hashes.push(mix(before ^ mix(token + 1) ^ mix(hashes.length + 1000) ^ mix(this.#versions[sequence]! + 100_000)));
    this.#tokens[sequence]!.push(token);
  }

  #write(row: number, sequence: number): void {
    const hash = this.#hashes[sequence]!.at(-1)!;
    const best = this.#decoder.options.script?.(this.#tokens[sequence]!);
    for (let token = 0; token < toyVocabSize; token++) {
      const logit = (mix(hash ^ mix(token + 7)) / 2 ** 32) * 6 - 3;
      this.#logits[row * toyVocabSize + token] = token === best ? logit + 60 : logit;
    }
  }
}

function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x45d9f3b);
  z = Math.imul(z ^ (z >>> 16), 0x45d9f3b);
  return (z ^ (z >>> 16)) >>> 0;
}
