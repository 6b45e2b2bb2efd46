import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { Value } from './builder.ts';

/**
 * What a token may look at. With a window of w tokens it sees itself and the w − 1 before it, as in transformers: token i sees j
 * when 0 ≤ i − j < w. Null: itself and all before it.
 */
export type AttentionWindow = ModelConfig['windows'][number];

/** The different windows of a model's layers. */
export function distinctWindows({ windows }: Pick<ModelConfig, 'windows'>): AttentionWindow[] {
  return [...new Set(windows)];
}

/** The graph input of the mask that belongs to a window. */
export function maskInput(window: AttentionWindow): Value {
  return window === null ? 'mask' : `mask.${window}`;
}

/** Added to the scores of what is hidden; finite, because some kernels subtract the maximum. */
const hidden = -1e30;

/** [T, T]: 0 where a row may look, a large negative number where it may not. */
export function causalMask(T: number, window: AttentionWindow): Float32Array {
  const mask = new Float32Array(T * T);
  for (let row = 0; row < T; row++) {
    mask.fill(hidden, row * T + row + 1, (row + 1) * T);
    if (window !== null) mask.fill(hidden, row * T, row * T + Math.max(0, row + 1 - window));
  }
  return mask;
}

/**
 * What the last of T new tokens sees of the cache's S positions, `lengths[b]` of which hold a token, and of the new tokens.
 * @returns [B, S + T], 0 or a large negative number
 */
export function lastTokenMask(lengths: readonly number[], S: number, T: number, window: AttentionWindow): Float32Array {
  const width = S + T;
  const mask = new Float32Array(lengths.length * width);
  for (const [b, length] of lengths.entries()) {
    const start = b * width;
    mask.fill(hidden, start + length, start + S);
    if (window === null) continue;
    const tooOld = Math.max(0, length + T - window);
    mask.fill(hidden, start, start + Math.min(tooOld, length));
    mask.fill(hidden, start + S, start + S + Math.max(0, tooOld - length));
  }
  return mask;
}
