/** Bins per nat. */
const resolution = 256;
const places = 2 ** 13;
/**
 * The bins reach 32 nats deep: a token below that has a probability under 1.3e-14, and all of them together, even of a
 * vocabulary of a million, are below fp32 rounding. They are dropped, into the one place that is left.
 */
export const binCount = places - 1;

// e^(−d/resolution) for d = b + q, 0 ≤ q < 1, is table[b] · (1 − q·(c1 − q·c2)): the Taylor polynomial of second order
// about the bin's middle, rewritten in q. Its relative error is below 1.3e-9, well under that of fp32 (6e-8).
const half = 0.5 / resolution;
const atZero = 1 + half + (half * half) / 2;
const c1 = (1 + half) / resolution / atZero;
const c2 = 1 / (2 * resolution * resolution) / atZero;
const table = new Float64Array(places);
for (let bin = 0; bin < binCount; bin++) table[bin] = Math.exp(-(bin + 0.5) / resolution) * atZero;

/**
 * The softmax of one row of logits as a histogram: bin b holds the tokens with a depth d = (max − logit) · scale in [b, b + 1),
 * where scale = {@link scaleOf}(temperature). A token's weight is its probability over that of the best one.
 * A histogram finds the place where a truncation cuts without sorting the vocabulary.
 */
export class ExpBins {
  /** Sum of the weights in each bin; the element after the last bin is always 0. */
  readonly mass = new Float64Array(places);
  readonly count = new Int32Array(places);

  /** @param logits fp32 [V], all finite */
  fill(logits: Float32Array, max: number, scale: number): void {
    const { mass, count } = this;
    mass.fill(0);
    count.fill(0);
    const end = logits.length & ~1;
    if (!this.#fillPairs(logits, max, scale, end)) {
      mass.fill(0);
      count.fill(0);
      for (let i = 0; i < end; i++) this.#add((max - logits[i]!) * scale);
    }
    if (end < logits.length) this.#add((max - logits[end]!) * scale);
  }

  /**
   * Adds the tokens before `end`, which is even. Returns false, having added nonsense, when a depth is 2³¹ or more.
   * No branch depends on a logit: when many tokens are near the last bin it would be mispredicted half of the time.
   * The shift gives −1 for a depth behind the last bin, and thereby the last place.
   */
  #fillPairs(logits: Float32Array, max: number, scale: number, end: number): boolean {
    const { mass, count } = this;
    let fractions = 0;
    for (let i = 0; i < end; i += 2) {
      const d0 = (max - logits[i]!) * scale;
      const d1 = (max - logits[i + 1]!) * scale;
      const whole0 = d0 | 0;
      const whole1 = d1 | 0;
      const q0 = d0 - whole0;
      const q1 = d1 - whole1;
      const bin0 = (whole0 | ((binCount - 1 - whole0) >> 31)) & (places - 1);
      const bin1 = (whole1 | ((binCount - 1 - whole1) >> 31)) & (places - 1);
      mass[bin0]! += table[bin0]! * (1 - q0 * (c1 - q0 * c2));
      count[bin0]!++;
      mass[bin1]! += table[bin1]! * (1 - q1 * (c1 - q1 * c2));
      count[bin1]!++;
      fractions += q0 + q1;
    }
    // A depth of 2³¹ or more wraps around in `| 0`, and its fraction is then at least 2³²; all others are below 1.
    return fractions < 2 ** 32;
  }

  #add(depth: number): void {
    if (depth >= binCount) return;
    this.mass[depth | 0]! += weightAt(depth);
    this.count[depth | 0]!++;
  }
}

/** Bins per unit of logit at this temperature. */
export function scaleOf(temperature: number): number {
  return resolution / temperature;
}

/** Depth in bins below which a token has less than `fraction` of the best token's probability. */
export function depthOf(fraction: number): number {
  return -Math.log(fraction) * resolution;
}

/** e^(−d / resolution) for 0 ≤ d < {@link binCount}, and 0 at d = binCount. */
export function weightAt(d: number): number {
  const bin = d | 0;
  const q = d - bin;
  return table[bin]! * (1 - q * (c1 - q * c2));
}
