/** The whole state of {@link Rng}: four unsigned 32-bit words, not all zero. */
export type RngState = readonly [number, number, number, number];

/**
 * xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c), period 2¹²⁸ − 1.
 * The seed is spread over the state by splitmix (Weyl sequence of the golden ratio, MurmurHash3's finaliser), the exclusive
 * or of one started from its low and one from its high 32 bits.
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(state: RngState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** @param seed a whole number in [0, 2⁵³). */
  static fromSeed(seed: number): Rng {
    const low = splitmix32(seed % 2 ** 32);
    const high = splitmix32(Math.floor(seed / 2 ** 32) ^ 0x5bd1e995);
    // Every word must depend on all of the seed, because the first output is made of one word only.
    const word = () => (low() ^ high()) >>> 0;
    return new Rng([word(), word(), word(), word() || 1]);
  }

  get state(): RngState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  /** Uniform in the whole numbers from 0 to 2³² − 1. */
  nextUint32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    const c = this.#c ^ this.#a;
    const d = this.#d ^ this.#b;
    this.#b = (this.#b ^ c) >>> 0;
    this.#a = (this.#a ^ d) >>> 0;
    this.#c = (c ^ shifted) >>> 0;
    this.#d = ((d << 11) | (d >>> 21)) >>> 0;
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  next(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }
}

function splitmix32(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}
