import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promptVersion } from '../../../src/agent/prompts/version.ts';
import type { ModelConfig } from '../../../src/engine/checkpoint/model-config.ts';
import { writeSafetensors } from '../../../src/engine/checkpoint/safetensors-writer.ts';
import { parameterNames } from '../../../src/engine/graph/training-emitter.ts';
import { type TrainedTokenizer, writeTokenizer } from '../tokenizer/tokenizer.ts';
import { configFile, type Shape } from './shape.ts';

/** Writes a checkpoint as transformers and the engine read it: configuration, tokenizer, weights rounded to BF16. */
export async function writeModel(
  directory: string,
  model: {
    readonly shape: Shape;
    readonly config: ModelConfig;
    readonly tokenizer: TrainedTokenizer;
    readonly parameters: ReadonlyMap<string, Float32Array>;
  },
): Promise<void> {
  const { shape, config, tokenizer, parameters } = model;
  await mkdir(directory, { recursive: true });
  await writeJson(join(directory, 'config.json'), configFile(shape, tokenizer));
  await writeJson(join(directory, 'generation_config.json'), {
    retune_prompts: promptVersion,
    eos_token_id: [tokenizer.ids.end],
    pad_token_id: tokenizer.ids.padding,
    do_sample: false,
  });
  await writeTokenizer(directory, tokenizer);
  const tensors = parameterNames(config).map(({ name, shape: dims }) => ({
    name,
    shape: dims,
    data: parameters.get(name) as Float32Array,
    dtype: 'BF16' as const,
  }));
  await writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' });
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
