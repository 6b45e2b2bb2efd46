import type { ModelConfig } from '../checkpoint/model-config.ts';
import { type LoraLayout, loraLayout } from '../graph/lora.ts';
import { uniformStream } from './random.ts';

const defaultRank = 8;
const defaultAlpha = 16;

/**
 * One LoRA adapter. Immutable: nobody writes into `theta` after it was made, a change gives a new object. Rolling back is
 * therefore keeping the old object, bit for bit.
 */
export interface LoraAdapter {
  readonly name: string;
  readonly kind: 'session' | 'workspace';
  readonly rank: number;
  readonly alpha: number;
  /** Scale alpha/√r instead of alpha/r (PEFT's `use_rslora`). */
  readonly rankStabilised: boolean;
  readonly layout: LoraLayout;
  /** A and B unscaled, as PEFT stores them (but transposed, see `LoraSlot`). */
  readonly theta: Float32Array;
  readonly seed: number;
  /** Accepted updates so far. */
  readonly updates: number;
  /** Version on disk of a workspace adapter; 0 for a session adapter. */
  readonly version: number;
  /** Unique per content within the process, never 0: what caches of keys and values are keyed by. */
  readonly content: number;
}

let lastContent = 0;
/** The next unused content number; also used for combinations of adapters. */
export function nextContent(): number {
  lastContent += 1;
  return lastContent;
}

export interface AdapterSpec {
  readonly name: string;
  readonly kind: 'session' | 'workspace';
  readonly rank?: number;
  /** Default 2·rank, which is 16 at rank 8. */
  readonly alpha?: number;
  readonly seed: number;
}

/** A new adapter without effect: A ~ U(±1/√in) (Kaiming, as PEFT), B = 0. */
export function createAdapter(config: ModelConfig, spec: AdapterSpec): LoraAdapter {
  const rank = spec.rank ?? defaultRank;
  const layout = loraLayout(config, rank);
  return {
    name: spec.name,
    kind: spec.kind,
    rank,
    alpha: spec.alpha ?? (defaultAlpha / defaultRank) * rank,
    rankStabilised: false,
    layout,
    theta: initialTheta(layout, spec.seed),
    seed: spec.seed,
    updates: 0,
    version: 0,
    content: nextContent(),
  };
}

/** A ~ U(±1/√in), B = 0, always the same for the same seed. */
export function initialTheta(layout: LoraLayout, seed: number): Float32Array {
  const uniform = uniformStream(seed);
  const theta = new Float32Array(layout.size);
  for (const { matrix, rows, columns, offset } of layout.slots) {
    if (matrix === 'B') continue;
    const bound = 1 / Math.sqrt(rows);
    for (let i = offset; i < offset + rows * columns; i++) theta[i] = (2 * uniform() - 1) * bound;
  }
  return theta;
}

/** Back to zero effect, from the adapter's own seed. Its version on disk stays what it was. */
export function resetAdapter(adapter: LoraAdapter): LoraAdapter {
  return { ...adapter, theta: initialTheta(adapter.layout, adapter.seed), updates: 0, content: nextContent() };
}

/** The same adapter with other weights, hence with a content number of its own. */
export function withTheta(adapter: LoraAdapter, theta: Float32Array): LoraAdapter {
  return { ...adapter, theta, content: nextContent() };
}

export function adapterScale(adapter: Pick<LoraAdapter, 'alpha' | 'rank' | 'rankStabilised'>): number {
  return adapter.alpha / (adapter.rankStabilised ? Math.sqrt(adapter.rank) : adapter.rank);
}

/** Whether B = 0 in every linear, so that the adapter changes nothing. */
export function hasNoEffect(adapter: LoraAdapter): boolean {
  return isZero(adapter, 'B');
}

/** A = B = 0: a saddle where every gradient is exactly zero, so that training would report success and do nothing. */
export function isSaddle(adapter: LoraAdapter): boolean {
  return isZero(adapter, 'A') && isZero(adapter, 'B');
}

function isZero(adapter: LoraAdapter, matrix: 'A' | 'B'): boolean {
  return adapter.layout.slots.every(
    (slot) =>
      slot.matrix !== matrix ||
      adapter.theta.subarray(slot.offset, slot.offset + slot.rows * slot.columns).every((value) => value === 0),
  );
}
