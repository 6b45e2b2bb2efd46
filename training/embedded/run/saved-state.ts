import { openSafetensors, readFloat32 } from '../../../src/engine/checkpoint/safetensors.ts';
import { writeSafetensors } from '../../../src/engine/checkpoint/safetensors-writer.ts';
import type { BatchPosition } from './batches.ts';
import type { Training } from './training.ts';

/** The state of a run apart from its tensors. */
export interface Progress {
  readonly steps: number;
  readonly tokens: number;
  readonly milliseconds: number;
  readonly position: BatchPosition;
}

const groups = ['parameter', 'first', 'second', 'momentum'] as const;

/**
 * Weights, moments and progress in one file, so that they can never belong to different steps; written atomically.
 * @param recipe what a run that resumes this one must have in common with it
 */
export async function saveTraining(
  path: string,
  training: Training,
  progress: Progress,
  recipe: string,
): Promise<void> {
  const { first, second } = training.optimiser.state();
  const momentum = training.muon?.state() ?? new Map<string, Float32Array>();
  const maps = { parameter: training.parameters, first, second, momentum };
  const tensors = groups.flatMap((group) =>
    [...maps[group]].map(([name, data]) => ({ name: `${group}:${name}`, shape: [data.length], data })),
  );
  await writeSafetensors(path, tensors, { progress: JSON.stringify(progress), recipe });
}

/**
 * Restores a saved state into the training.
 * @throws Error when the file belongs to another recipe, because the losses would then not be those of one run
 */
export async function restoreTraining(path: string, training: Training, recipe: string): Promise<Progress> {
  const { tensors, metadata } = await openSafetensors(path);
  if (metadata.recipe !== recipe) {
    throw new Error(`${path} belongs to another run: ${metadata.recipe}, not ${recipe}. Give --out another directory.`);
  }
  const progress = JSON.parse(metadata.progress ?? '{}') as Progress;
  const found = new Map<string, Map<string, Float32Array>>();
  for (const tensor of tensors) {
    const [group, name] = tensor.name.split(':', 2) as [string, string];
    const map = found.get(group) ?? new Map();
    found.set(group, map.set(name, await readFloat32(path, tensor)));
  }
  const get = (group: (typeof groups)[number]): ReadonlyMap<string, Float32Array> => found.get(group) ?? new Map();
  for (const [name, values] of training.parameters) values.set(get('parameter').get(name)!);
  training.optimiser.restore({ steps: progress.steps, first: get('first'), second: get('second') });
  training.muon?.restore(get('momentum'));
  return progress;
}
