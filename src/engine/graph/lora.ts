import type { ModelConfig } from '../checkpoint/model-config.ts';

/** The seven linears that carry LoRA, in PEFT's order of a decoder layer. */
export const loraTargets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;
export type LoraTarget = (typeof loraTargets)[number];

/** One A or B matrix inside the flat parameter vector θ, row-major. */
export interface LoraSlot {
  readonly layer: number;
  readonly target: LoraTarget;
  readonly matrix: 'A' | 'B';
  /** A: [in, r]; B: [r, out]. (PEFT stores the transposes.) The adapted linear is y = x·Wᵀ + (x·A)·B. */
  readonly rows: number;
  readonly columns: number;
  /** First element in θ. */
  readonly offset: number;
}

export interface LoraLayout {
  readonly rank: number;
  /** Number of elements of θ. */
  readonly size: number;
  /** Ordered by layer, then target, then A before B. */
  readonly slots: readonly LoraSlot[];
}

/** [in, out] of a target linear. */
export function targetShape(config: ModelConfig, target: LoraTarget): readonly [number, number] {
  const { hiddenSize: H, intermediateSize: I, heads, kvHeads, headSize } = config;
  switch (target) {
    case 'q_proj':
      return [H, heads * headSize];
    case 'k_proj':
    case 'v_proj':
      return [H, kvHeads * headSize];
    case 'o_proj':
      return [heads * headSize, H];
    case 'gate_proj':
    case 'up_proj':
      return [H, I];
    case 'down_proj':
      return [I, H];
  }
}

export function loraLayout(config: ModelConfig, rank: number): LoraLayout {
  const slots: LoraSlot[] = [];
  let offset = 0;
  for (let layer = 0; layer < config.layers && rank > 0; layer++) {
    for (const target of loraTargets) {
      const [input, output] = targetShape(config, target);
      slots.push({ layer, target, matrix: 'A', rows: input, columns: rank, offset });
      offset += input * rank;
      slots.push({ layer, target, matrix: 'B', rows: rank, columns: output, offset });
      offset += rank * output;
    }
  }
  return { rank, size: offset, slots };
}

/**
 * What the graphs are fed: all active adapters concatenated along the rank, each adapter's scale = alpha / r folded into its B.
 * Immutable once made: a changed adapter gives a new object with a new `version`, which voids every KV cache made with the old one.
 */
export interface EffectiveAdapter {
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  /** Unique per content; 0 is reserved for "no adapter". */
  readonly version: number;
}
