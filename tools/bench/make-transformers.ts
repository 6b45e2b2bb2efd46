import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { architectures } from '../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../src/engine/checkpoint/prepare.ts';
import { serialise } from '../../src/engine/graph/onnx-model.ts';
import { ensureCheckpoint } from './make-checkpoint.ts';
import { cacheDirectory } from './paths.ts';
import { transformersGraph } from './transformers-graph.ts';

/** Incremented when what is written below changes, so that an older directory is made again. */
const recipe = 1;
const dataFile = 'model_q4.onnx_data';

/**
 * The random checkpoint as a model directory for transformers.js, int4 in blocks of 32. Its weights are our converted ones
 * under another name, so both sides of a comparison compute the same model from the same bytes.
 */
export async function ensureTransformersModel(): Promise<string> {
  const source = await ensureCheckpoint();
  const checkpoint = await openCheckpoint(source, architectures);
  const weights = await prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: join(cacheDirectory, 'weights') });
  const target = join(cacheDirectory, 'qwen2.5-0.5b-random.transformers');
  const stamp = `${recipe} ${weights.key}`;
  if ((await readFile(join(target, 'recipe.txt'), 'utf8').catch(() => '')) === stamp) return target;
  const part = `${target}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(join(part, 'onnx'), { recursive: true });
  await link(join(weights.directory, weights.file), join(part, 'onnx', dataFile));
  const graph = transformersGraph(checkpoint.config, { ...weights, file: dataFile });
  await writeFile(join(part, 'onnx', 'model_q4.onnx'), serialise(graph));
  await writeFile(join(part, 'config.json'), JSON.stringify(await describe(source), undefined, 1));
  await writeFile(join(part, 'recipe.txt'), stamp);
  await rm(target, { recursive: true, force: true });
  await rename(part, target);
  return target;
}

/** The checkpoint's config.json without end tokens: a measured generation must not end early. */
async function describe(source: string): Promise<Record<string, unknown>> {
  const config = JSON.parse(await readFile(join(source, 'config.json'), 'utf8')) as Record<string, unknown>;
  const { eos_token_id: _, ...rest } = config;
  return { ...rest, 'transformers.js_config': { use_external_data_format: true } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await ensureTransformersModel());
