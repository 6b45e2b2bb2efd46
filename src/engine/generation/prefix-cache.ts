import type { EffectiveAdapter } from '../graph/lora.ts';
import type { Decoder, DecodeState } from './decoder.ts';

/** One sequence of keys and values, the tokens they belong to, and the adapter they were made with. */
interface Entry {
  readonly state: DecodeState;
  readonly tokens: number[];
  readonly version: number;
}

/**
 * Keeps the keys and values of the last generation, so that a prompt that begins with the same tokens need not run them
 * again. They are taken out while in use and given back after, so two generations at once cannot share them.
 * An adapter's new version voids them.
 */
export class PrefixCache {
  readonly #decoder: Decoder;
  #kept: Entry | undefined;
  #disposed = false;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /** A sequence that holds the longest kept beginning of the prompt, but never all of it: one token at least is left to run. */
  async take(promptTokens: readonly number[], adapter: EffectiveAdapter | undefined): Promise<CachedSequence> {
    const version = adapter?.version ?? 0;
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept?.version === version) {
      const reused = Math.min(commonLength(kept.tokens, promptTokens), promptTokens.length - 1);
      kept.state.truncate(0, reused);
      kept.tokens.length = reused;
      return new CachedSequence(kept, (entry) => this.#keep(entry));
    }
    // Before opening the next, because two of them may be too much memory.
    kept?.state.dispose();
    const state = await this.#decoder.open([adapter]);
    return new CachedSequence({ state, tokens: [], version }, (entry) => this.#keep(entry));
  }

  /** Frees what is kept. */
  clear(): void {
    this.#kept?.state.dispose();
    this.#kept = undefined;
  }

  /** Frees what is kept, and from now on all that is given back. */
  dispose(): void {
    this.#disposed = true;
    this.clear();
  }

  #keep(entry: Entry): void {
    this.clear();
    if (this.#disposed) entry.state.dispose();
    else this.#kept = entry;
  }
}

/** A sequence on loan from the cache: must be released, also after an error. */
export class CachedSequence {
  readonly #entry: Entry;
  readonly #keep: (entry: Entry) => void;
  #sound = true;
  #released = false;

  constructor(entry: Entry, keep: (entry: Entry) => void) {
    this.#entry = entry;
    this.#keep = keep;
  }

  /** Tokens that it holds. */
  get length(): number {
    return this.#entry.tokens.length;
  }

  /** Runs these tokens. @returns fp32 [V], the logits after the last of them, valid until the next call. */
  async append(tokens: readonly number[]): Promise<Float32Array> {
    // A run that fails, or is still under way at the release, leaves the cache in an unknown state.
    this.#sound = false;
    const logits = await this.#entry.state.run([0], [tokens]);
    for (const token of tokens) this.#entry.tokens.push(token);
    this.#sound = this.#entry.state.length(0) === this.#entry.tokens.length;
    return logits;
  }

  /** Gives it back to the cache, or frees it when it is not sound. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    if (this.#sound) this.#keep(this.#entry);
    else this.#entry.state.dispose();
  }
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}
