import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { architectures } from '../../src/engine/architectures/index.ts';
import { readModelConfig } from '../../src/engine/checkpoint/config.ts';
import { writeSafetensors } from '../../src/engine/checkpoint/safetensors-writer.ts';
import { parameterNames } from '../../src/engine/graph/training-emitter.ts';
import { openModel } from '../../src/engine/runtime/open-model.ts';
import type { Message } from '../../src/policy/prompt.ts';
import { mulberry32 } from '../../src/shared/random.ts';
import { AdamW } from '../../training/engine/adamw.ts';
import { ParameterTrainer, type TrainingBatch } from '../../training/engine/parameter-trainer.ts';
import { checkpointDirectory } from './oracle.ts';

/** A conversation and the answers that the model should give to it, each equally often. */
export interface Lesson {
  readonly messages: readonly Message[];
  readonly answers: readonly string[];
}

const never = new AbortController().signal;
const options = { learningRate: 3e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };

/**
 * Makes a checkpoint of a tiny model that has learnt its lessons by heart, with the engine's own training: real gradients, and
 * a real distribution over the answers, which the loop can then shift. Takes some seconds.
 */
export async function trainTinyCoder(directory: string, lessons: readonly Lesson[], steps = 140): Promise<void> {
  await makeCheckpoint(directory);
  const rows = await tokenRows(directory, lessons);
  const config = await readModelConfig(directory, architectures);
  const parameters = initial(config);
  const trainer = await ParameterTrainer.create(config, { provider: 'cpu', threads: 1 });
  const optimiser = new AdamW();
  const batch = batchOf(rows);
  for (let step = 0; step < steps; step++) {
    const { gradients } = await trainer.gradient(parameters, batch);
    const learningRate = options.learningRate * Math.min(1, (step + 1) / 20, (2 * (steps - step)) / steps);
    optimiser.step(parameters, gradients, { ...options, learningRate });
  }
  await trainer.dispose();
  await writeWeights(directory, config, parameters);
}

type Config = Awaited<ReturnType<typeof readModelConfig>>;

/** Tokenizer and chat template of the small fixtures, a longer context, and weights that mean nothing yet. */
async function makeCheckpoint(directory: string): Promise<void> {
  const source = checkpointDirectory('qwen2-train');
  await mkdir(directory, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(path.join(source, name), path.join(directory, name));
  }
  const config = JSON.parse(await readFile(path.join(source, 'config.json'), 'utf8')) as Record<string, unknown>;
  const larger = { ...config, max_position_embeddings: 4096, hidden_size: 64, intermediate_size: 192 };
  await writeFile(path.join(directory, 'config.json'), JSON.stringify(larger));
  await writeFile(path.join(directory, 'generation_config.json'), JSON.stringify({ eos_token_id: [302] }));
  const parsed = await readModelConfig(directory, architectures);
  await writeWeights(directory, parsed, initial(parsed));
}

function initial(config: Config): Map<string, Float32Array> {
  const next = mulberry32(7);
  return new Map(
    parameterNames(config).map(({ name, shape }) => {
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      const isNorm = name.endsWith('norm.weight');
      return [name, Float32Array.from({ length: size }, () => (isNorm ? 1 : (next() - 0.5) * 0.12))];
    }),
  );
}

async function writeWeights(
  directory: string,
  config: Config,
  parameters: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  const tensors = parameterNames(config).map(({ name, shape }) => ({ name, shape, data: parameters.get(name)! }));
  await writeSafetensors(path.join(directory, 'model.safetensors'), tensors, { format: 'pt' });
}

interface Row {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

/** The exact tokens that the engine will see. */
async function tokenRows(directory: string, lessons: readonly Lesson[]): Promise<Row[]> {
  const cacheDirectory = path.join(directory, '..', 'tiny-coder-cache');
  const model = await openModel({ directory, dtype: 'fp32', provider: 'cpu', cacheDirectory }, {}, never);
  const rows: Row[] = [];
  for (const { messages, answers } of lessons) {
    for (const text of answers) {
      const scored = await model.score({ prompt: { messages }, completion: { text } }, never);
      rows.push({ prompt: scored.promptTokens, response: [...scored.completionTokens, 302] });
    }
  }
  await model.dispose();
  return rows;
}

/** Only response positions count; rows are padded on the right. */
function batchOf(rows: readonly Row[]): TrainingBatch {
  const time = Math.max(...rows.map(({ prompt, response }) => prompt.length + response.length)) - 1;
  const inputs = new Int32Array(rows.length * time);
  const targets = new Int32Array(rows.length * time);
  const weights = new Float32Array(rows.length * time);
  for (const [index, { prompt, response }] of rows.entries()) {
    const tokens = [...prompt, ...response];
    for (let t = 0; t + 1 < tokens.length; t++) {
      inputs[index * time + t] = tokens[t]!;
      targets[index * time + t] = tokens[t + 1]!;
      if (t + 1 >= prompt.length) weights[index * time + t] = 1 / (rows.length * response.length);
    }
  }
  return { batch: rows.length, time, inputs, targets, weights };
}
