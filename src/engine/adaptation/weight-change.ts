import type { EffectiveAdapter, LoraSlot } from '../graph/lora.ts';

/** ‖W‖_F of a base linear (`WeightEntry.norm`). */
export type WeightNorms = (layer: number, module: string) => number;

/** max over all linears of ‖ΔW‖_F / ‖W‖_F, ΔW being all active adapters together, scales included. */
export function relativeWeightChange(adapter: EffectiveAdapter, norms: WeightNorms): number {
  let largest = 0;
  const { slots } = adapter.layout;
  for (let i = 0; i + 1 < slots.length; i += 2) {
    const a = slots[i]!;
    const delta = deltaNorm(adapter.theta, a, slots[i + 1]!);
    const change = delta === 0 ? 0 : delta / norms(a.layer, a.module);
    // Not Math.max: a NaN must win, so that it is noticed.
    if (!(change <= largest)) largest = change;
  }
  return largest;
}

/** ‖A·B‖_F = √tr((AᵀA)(BBᵀ)): two r×r Gram matrices instead of the [in, out] product. A [in, r], B [r, out]. */
function deltaNorm(theta: Float32Array, a: LoraSlot, b: LoraSlot): number {
  const r = a.columns;
  const gramB = new Float64Array(r * r);
  for (let i = 0; i < r; i++) {
    const rowI = b.offset + i * b.columns;
    for (let j = 0; j <= i; j++) {
      const rowJ = b.offset + j * b.columns;
      let sum = 0;
      for (let k = 0; k < b.columns; k++) sum += theta[rowI + k]! * theta[rowJ + k]!;
      gramB[i * r + j] = sum;
    }
  }
  if (gramB.every((value) => value === 0)) return 0;
  const gramA = new Float64Array(r * r);
  for (let row = a.offset; row < a.offset + a.rows * r; row += r) {
    for (let i = 0; i < r; i++) {
      const x = theta[row + i]!;
      for (let j = 0; j <= i; j++) gramA[i * r + j]! += x * theta[row + j]!;
    }
  }
  let trace = 0;
  for (let i = 0; i < r; i++) {
    for (let j = 0; j <= i; j++) trace += (i === j ? 1 : 2) * gramA[i * r + j]! * gramB[i * r + j]!;
  }
  // Rounding can take the trace of a nearly cancelled product a little below zero.
  return Number.isNaN(trace) ? trace : Math.sqrt(Math.max(0, trace));
}
