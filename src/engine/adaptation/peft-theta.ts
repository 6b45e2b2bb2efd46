import { join } from 'node:path';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { openSafetensors, readFloat32, type SafetensorsFile } from '../checkpoint/safetensors.ts';
import type { SafetensorsTensor } from '../checkpoint/safetensors-header.ts';
import type { LoraLayout } from '../graph/lora.ts';
import { initialTheta } from './adapter.ts';
import { weightsFile } from './adapter-directory.ts';
import { adapterDoesNotFit, unsupportedAdapter } from './peft-errors.ts';
import { parsePeftName, peftName, transpose } from './peft-tensors.ts';
import { allFinite } from './vector.ts';

/** The content of a file is wrong, as opposed to unsupported or out of reach. `damage`: one clause without a full stop. */
export interface Damage {
  readonly damage: string;
  readonly cause?: unknown;
}

/**
 * θ from `adapter_model.safetensors`.
 * @throws RetuneError `adaptation.unsupported-adapter`, `adaptation.wrong-shape`
 */
export async function readTheta(directory: string, layout: LoraLayout, seed: number): Promise<Float32Array | Damage> {
  const path = join(directory, weightsFile);
  let file: SafetensorsFile;
  try {
    file = await openSafetensors(path);
  } catch (error) {
    const damaged = ['checkpoint.truncated', 'checkpoint.bad-safetensors'];
    if (!(error instanceof RetuneError) || !damaged.includes(error.code)) throw error;
    return { damage: `${error.what} ${error.why}`.replace(/\.$/, ''), cause: error };
  }
  const layers = layout.slots.at(-1)!.layer + 1;
  const modules = new Set(layout.slots.map(({ module }) => module));
  const found = new Map<string, SafetensorsTensor>();
  for (const tensor of file.tensors) {
    const place = parsePeftName(tensor.name, modules);
    if (place === undefined) throw unsupportedAdapter(directory, `the tensor ${tensor.name}`);
    if (place.layer >= layers) {
      throw adapterDoesNotFit(directory, `It adapts layer ${place.layer}, but the model has ${layers} layers`);
    }
    found.set(tensor.name, tensor);
  }
  if (found.size === 0) return { damage: `${weightsFile} holds no LoRA matrices` };

  const theta = initialTheta(layout, seed);
  for (const slot of layout.slots) {
    const name = peftName(slot);
    const tensor = found.get(name);
    if (tensor === undefined) {
      const partner = peftName({ ...slot, matrix: slot.matrix === 'A' ? 'B' : 'A' });
      if (found.has(partner)) return { damage: `${weightsFile} has ${partner} but not ${name}` };
      continue;
    }
    const expected = [slot.columns, slot.rows];
    if (tensor.shape.join() !== expected.join()) {
      const shapes = `has the shape [${tensor.shape.join(', ')}] instead of [${expected.join(', ')}]`;
      throw adapterDoesNotFit(directory, `Its tensor ${name} ${shapes}`);
    }
    const values = await readFloat32(path, tensor);
    if (!allFinite(values)) return { damage: `The tensor ${name} holds values that are not finite` };
    theta.set(transpose(values, slot.columns, slot.rows), slot.offset);
  }
  return theta;
}
