import { argmax } from './argmax.ts';
import { binCount, scaleOf, weightAt } from './exp-bins.ts';

const scale = scaleOf(1);

/**
 * log p(token), natural logarithm, temperature 1, of the logits as the model gave them.
 * @throws RetuneError `generation.logits-not-finite`.
 * @param logits fp32 [V]
 */
export function logProbability(logits: Float32Array, token: number): number {
  const max = logits[argmax(logits)]!;
  let sum0 = 0;
  let sum1 = 0;
  const whole = logits.length & ~1;
  for (let i = 0; i < whole; i += 2) {
    sum0 += weightAt(Math.min((max - logits[i]!) * scale, binCount));
    sum1 += weightAt(Math.min((max - logits[i + 1]!) * scale, binCount));
  }
  if (whole < logits.length) sum0 += weightAt(Math.min((max - logits[whole]!) * scale, binCount));
  // Of a token that is all but certain, the table's rounding could make it a hair above 0.
  return Math.min(0, logits[token]! - max - Math.log(sum0 + sum1));
}
