/** Seeded pseudo-random numbers (Marsaglia's xorshift128), fast enough to fill a gigabyte in a second or two. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    // splitmix32 spreads small seeds over the state, which must not be all zero.
    let state = seed | 0;
    const spread = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return z ^ (z >>> 16);
    };
    this.#a = spread();
    this.#b = spread();
    this.#c = spread();
    this.#d = spread() | 1;
  }

  /** 32 random bits, signed. */
  bits(): number {
    const t = this.#a ^ (this.#a << 11);
    this.#a = this.#b;
    this.#b = this.#c;
    this.#c = this.#d;
    this.#d = this.#d ^ (this.#d >>> 19) ^ t ^ (t >>> 8);
    return this.#d;
  }

  /** In [0, 1). */
  unit(): number {
    return (this.bits() >>> 0) / 4_294_967_296;
  }

  /** In [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

/** The same prompt for every driver: ordinary tokens only, none special. */
export function randomTokens(count: number, seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => 256 + random.integer(150_000));
}
