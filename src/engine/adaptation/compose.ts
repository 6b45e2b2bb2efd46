import type { EffectiveAdapter, LoraLayout, LoraSlot } from '../graph/lora.ts';
import { adapterScale, type LoraAdapter, nextContent } from './adapter.ts';

/** The same slots at another rank. */
function layoutOfRank(layout: LoraLayout, rank: number): LoraLayout {
  let offset = 0;
  const slots = layout.slots.map((slot): LoraSlot => {
    const shape = slot.matrix === 'A' ? { rows: slot.rows, columns: rank } : { rows: rank, columns: slot.columns };
    const moved = { ...slot, ...shape, offset };
    offset += shape.rows * shape.columns;
    return moved;
  });
  return { rank, size: offset, slots };
}

/**
 * The combinations used last, by the contents of their parts, least recently used first: the same parts give the same
 * version, so caches stay valid. Every update makes a new combination, so old ones are forgotten; should one come back
 * it gets a new version, and its caches are filled again.
 */
const combinationVersions = new Map<string, number>();
const keptCombinations = 256;

function versionOf(adapters: readonly LoraAdapter[]): number {
  if (adapters.length === 1) return adapters[0]!.content;
  const key = adapters.map((adapter) => adapter.content).join('+');
  const version = combinationVersions.get(key) ?? nextContent();
  combinationVersions.delete(key);
  combinationVersions.set(key, version);
  if (combinationVersions.size > keptCombinations) {
    const [oldest] = combinationVersions.keys();
    combinationVersions.delete(oldest as string);
  }
  return version;
}

/**
 * What the graphs are fed: ranks side by side, scale folded into B.
 *
 *     A_eff [in, Σr] = [A₁ | A₂]      B_eff [Σr, out] = [s₁·B₁ ; s₂·B₂]
 *
 * @param adapters at least one, all for the same base model.
 */
export function combine(adapters: readonly LoraAdapter[]): EffectiveAdapter {
  const layout = effectiveLayout(adapters);
  const theta = new Float32Array(layout.size);
  adapters.forEach((adapter, index) => {
    walk(layout, adapters, index, (effective, own, length, factor) => {
      if (factor === 1) theta.set(adapter.theta.subarray(own, own + length), effective);
      else for (let i = 0; i < length; i++) theta[effective + i] = factor * adapter.theta[own + i]!;
    });
  });
  return { layout, theta, version: versionOf(adapters) };
}

/** Chain rule from the effective θ to one adapter's own: ∂/∂A unchanged, ∂/∂B = s·∂/∂B_eff. A new vector of its size. */
export function extractGradient(
  effective: Float32Array,
  adapters: readonly LoraAdapter[],
  which: number,
): Float32Array {
  const adapter = adapters[which]!;
  const out = new Float32Array(adapter.layout.size);
  const layout = effectiveLayout(adapters);
  walk(layout, adapters, which, (from, own, length, factor) => {
    for (let i = 0; i < length; i++) out[own + i] = factor * effective[from + i]!;
  });
  return out;
}

/** The tangent of the effective θ when only one adapter moves by `v`; the adjoint of {@link extractGradient}. */
export function embedTangent(v: Float32Array, adapters: readonly LoraAdapter[], which: number): Float32Array {
  const layout = effectiveLayout(adapters);
  const out = new Float32Array(layout.size);
  walk(layout, adapters, which, (to, own, length, factor) => {
    for (let i = 0; i < length; i++) out[to + i] = factor * v[own + i]!;
  });
  return out;
}

function effectiveLayout(adapters: readonly LoraAdapter[]): LoraLayout {
  return layoutOfRank(
    adapters[0]!.layout,
    adapters.reduce((rank, adapter) => rank + adapter.rank, 0),
  );
}

type Run = (effective: number, own: number, length: number, factor: number) => void;

/** Visits every contiguous run of one adapter's θ with its place in the effective θ: rows of A, whole blocks of B. */
function walk(effective: LoraLayout, adapters: readonly LoraAdapter[], which: number, visit: Run): void {
  const adapter = adapters[which]!;
  const scale = adapterScale(adapter);
  const before = adapters.slice(0, which).reduce((rank, { rank: r }) => rank + r, 0);
  adapter.layout.slots.forEach((slot, index) => {
    const place = effective.slots[index]!;
    if (slot.matrix === 'B') {
      visit(place.offset + before * slot.columns, slot.offset, slot.rows * slot.columns, scale);
    } else if (slot.columns === place.columns) {
      visit(place.offset, slot.offset, slot.rows * slot.columns, 1);
    } else {
      for (let row = 0; row < slot.rows; row++) {
        visit(place.offset + row * place.columns + before, slot.offset + row * slot.columns, slot.columns, 1);
      }
    }
  });
}
