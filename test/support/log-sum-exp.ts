/** log Σ exp(z) */
export function logSumExp(z: Float32Array): number {
  const largest = z.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return largest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
