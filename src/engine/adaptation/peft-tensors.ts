import type { TensorToWrite } from '../checkpoint/safetensors-writer.ts';
import { modulePath } from '../graph/layer-ops.ts';
import { type LoraLayout, type LoraSlot, loraTargets } from '../graph/lora.ts';

/** PEFT's tensor names and orientation: `lora_A` [r, in], `lora_B` [out, r], the transposes of ours. */

export function peftName({ layer, target, matrix }: Pick<LoraSlot, 'layer' | 'target' | 'matrix'>): string {
  return `base_model.model.model.layers.${layer}.${modulePath(target)}.lora_${matrix}.weight`;
}

const pattern = /^base_model\.model\.model\.layers\.(\d+)\.((?:self_attn|mlp)\.[a-z]+_proj)\.lora_([AB])\.weight$/;

/** Undefined for a tensor that is not a LoRA matrix of one of the seven linears. */
export function parsePeftName(name: string): Pick<LoraSlot, 'layer' | 'target' | 'matrix'> | undefined {
  const match = pattern.exec(name);
  const target = loraTargets.find((known) => modulePath(known) === match?.[2]);
  if (!match || !target) return undefined;
  return { layer: Number(match[1]), target, matrix: match[3] as 'A' | 'B' };
}

export function peftTensors(layout: LoraLayout, theta: Float32Array): TensorToWrite[] {
  return layout.slots.map((slot) => {
    const values = theta.subarray(slot.offset, slot.offset + slot.rows * slot.columns);
    return {
      name: peftName(slot),
      shape: [slot.columns, slot.rows],
      data: transpose(values, slot.rows, slot.columns),
    };
  });
}

/** [rows, columns] → [columns, rows], row-major. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = values[row * columns + column]!;
  }
  return out;
}
