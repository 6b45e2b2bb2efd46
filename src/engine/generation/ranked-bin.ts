import type { ExpBins } from './exp-bins.ts';

/** Below this many tokens all bins down to the wanted one are gathered at once, so that the next bin costs no further pass. */
const gatherLimit = 2048;
const idBits = 2 ** 21;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * The tokens of one bin from the most to the least probable, equals by ascending id.
 * Buffers are made once and reused for every token.
 */
export class RankedBin {
  readonly #bins: ExpBins;
  readonly #gathered: Int32Array;
  readonly #keys: Float64Array;
  #count = 0;
  #bin = -1;
  #gatheredCount = 0;
  #first = 0;
  #last = -1;
  #logits: Float32Array = new Float32Array(0);
  #max = 0;
  #scale = 1;

  constructor(vocabSize: number, bins: ExpBins) {
    this.#bins = bins;
    this.#gathered = new Int32Array(vocabSize);
    this.#keys = new Float64Array(vocabSize);
  }

  /** Starts on a new row of logits, the one the bins were filled from. */
  start(logits: Float32Array, max: number, scale: number): void {
    this.#logits = logits;
    this.#max = max;
    this.#scale = scale;
    this.#first = 0;
    this.#last = -1;
    this.#bin = -1;
  }

  /** Loads a bin; returns how many tokens it has. */
  load(bin: number): number {
    if (bin === this.#bin) return this.#count;
    if (bin < this.#first || bin > this.#last) this.#gather(this.#fewDownTo(bin) ? 0 : bin, bin);
    this.#bin = bin;
    this.#count = 0;
    for (let i = 0; i < this.#gatheredCount; i++) {
      const id = this.#gathered[i]!;
      if ((this.depth(id) | 0) === bin) this.#keys[this.#count++] = sortKey(this.#logits[id]!, id);
    }
    this.#keys.subarray(0, this.#count).sort();
    return this.#count;
  }

  /** Token at this rank (0 = most probable) of the loaded bin. */
  id(rank: number): number {
    return idBits - 1 - (this.#keys[this.#count - 1 - rank]! % idBits);
  }

  /** Depth below the best token, in bins. */
  depth(id: number): number {
    return (this.#max - this.#logits[id]!) * this.#scale;
  }

  #fewDownTo(bin: number): boolean {
    let count = 0;
    for (let b = 0; b <= bin && count <= gatherLimit; b++) count += this.#bins.count[b]!;
    return count <= gatherLimit;
  }

  #gather(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    const logits = this.#logits;
    const gathered = this.#gathered;
    // A comparison of raw logits decides for nearly all tokens; its window is a little too wide so that rounding loses
    // none, and `load` decides by the same expression that filled the bins. One comparison with the distance from the
    // window's middle is nearly always false, hence predictable, as two with its ends would not be.
    const slack = 1e-3 / this.#scale + Math.abs(this.#max) * 1e-12;
    const middle = this.#max - (first + last + 1) / 2 / this.#scale;
    const reach = (last + 1 - first) / 2 / this.#scale + slack;
    let count = 0;
    const whole = logits.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      if (Math.abs(logits[i]! - middle) <= reach) gathered[count++] = i;
      if (Math.abs(logits[i + 1]! - middle) <= reach) gathered[count++] = i + 1;
      if (Math.abs(logits[i + 2]! - middle) <= reach) gathered[count++] = i + 2;
      if (Math.abs(logits[i + 3]! - middle) <= reach) gathered[count++] = i + 3;
    }
    for (let i = whole; i < logits.length; i++) {
      if (Math.abs(logits[i]! - middle) <= reach) gathered[count++] = i;
    }
    this.#gatheredCount = count;
  }
}

/** Ascending keys = descending rank: the logit's bits made order-preserving, above the id counted backwards; exact below 2⁵³. */
function sortKey(logit: number, id: number): number {
  // Adding 0 turns −0 into +0, which must rank as equal.
  float[0] = logit + 0;
  const pattern = bits[0]!;
  const ordered = pattern >= 0 ? pattern + 2 ** 31 : ~pattern;
  return ordered * idBits + (idBits - 1 - id);
}
