import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { Value } from './builder.ts';

/** A linear of a decoder layer that carries LoRA. */
interface LoraModule {
  /** Within the layer: `self_attn.q_proj`. */
  readonly name: string;
  readonly input: number;
  readonly output: number;
}

/** One A or B matrix inside the flat parameter vector θ, row-major. */
export interface LoraSlot {
  readonly layer: number;
  /** Name within the layer. */
  readonly module: string;
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
  /** Ordered by layer, then module, then A before B. */
  readonly slots: readonly LoraSlot[];
}

/** In PEFT's order of a decoder layer. */
function loraModules({ layerTensors, loraModules: names }: ModelConfig): LoraModule[] {
  return names.map((name) => {
    const weight = layerTensors.find((tensor) => tensor.name === `${name}.weight`);
    if (weight === undefined) throw new Error(`There is no ${name} to adapt.`);
    const [output, input] = weight.shape as [number, number];
    return { name, input, output };
  });
}

export function loraLayout(config: ModelConfig, rank: number): LoraLayout {
  const modules = loraModules(config);
  const slots: LoraSlot[] = [];
  let offset = 0;
  for (let layer = 0; layer < config.layers && rank > 0; layer++) {
    for (const { name: module, input, output } of modules) {
      slots.push({ layer, module, matrix: 'A', rows: input, columns: rank, offset });
      offset += input * rank;
      slots.push({ layer, module, matrix: 'B', rows: rank, columns: output, offset });
      offset += rank * output;
    }
  }
  return { rank, size: offset, slots };
}

/** The graph input of one matrix. */
export function loraInput({ layer, module, matrix }: Pick<LoraSlot, 'layer' | 'module' | 'matrix'>): Value {
  return `lora.${layer}.${module}.${matrix}`;
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
