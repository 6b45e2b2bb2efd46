import type { TensorToWrite } from '../checkpoint/safetensors-writer.ts';
import type { LoraLayout, LoraSlot } from '../graph/lora.ts';

/** PEFT's tensor names and orientation: `lora_A` [r, in], `lora_B` [out, r], the transposes of ours. */

type MatrixName = Pick<LoraSlot, 'layer' | 'module' | 'matrix'>;

export function peftName({ layer, module, matrix }: MatrixName): string {
  return `base_model.model.model.layers.${layer}.${module}.lora_${matrix}.weight`;
}

const pattern = /^base_model\.model\.model\.layers\.(\d+)\.(.+)\.lora_([AB])\.weight$/;

/** Undefined for a tensor that is not a LoRA matrix of one of these modules of a layer. */
export function parsePeftName(name: string, modules: ReadonlySet<string>): MatrixName | undefined {
  const [, layer, module, matrix] = pattern.exec(name) ?? [];
  if (module === undefined || !modules.has(module)) return undefined;
  return { layer: Number(layer), module, matrix: matrix as 'A' | 'B' };
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
