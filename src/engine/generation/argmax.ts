import { logitsNotFinite } from './errors.ts';

/**
 * Index of the largest logit, the first one among equals.
 * @throws RetuneError `generation.logits-not-finite` when any of them is NaN or infinite
 * @param logits fp32 [V]
 */
export function argmax(logits: Float32Array): number {
  let best = -Infinity;
  let index = -1;
  // (a − c)·0 is 0 for finite numbers and NaN for all others, so the sums tell in the end whether one was met; four
  // logits per round because the loop's own cost is as large as the work.
  let poison0 = 0;
  let poison1 = 0;
  const whole = logits.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = logits[i]!;
    const b = logits[i + 1]!;
    const c = logits[i + 2]!;
    const d = logits[i + 3]!;
    poison0 += (a - b) * 0;
    poison1 += (c - d) * 0;
    if (a > best) {
      best = a;
      index = i;
    }
    if (b > best) {
      best = b;
      index = i + 1;
    }
    if (c > best) {
      best = c;
      index = i + 2;
    }
    if (d > best) {
      best = d;
      index = i + 3;
    }
  }
  for (let i = whole; i < logits.length; i++) {
    const a = logits[i]!;
    poison0 += a * 0;
    if (a > best) {
      best = a;
      index = i;
    }
  }
  if (poison0 + poison1 !== 0 || index < 0) {
    const bad = logits.findIndex((logit) => !Number.isFinite(logit));
    throw logitsNotFinite(bad, logits[bad] ?? Number.NaN);
  }
  return index;
}
