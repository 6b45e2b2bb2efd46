import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { architectures } from '../../src/engine/architectures/index.ts';
import { readModelConfig } from '../../src/engine/checkpoint/config.ts';
import { modelCard } from './model/model-card.ts';
import { embeddedRecipe } from './recipe.ts';
import { writeLossCurve } from './run/loss-curve.ts';

/**
 * `node training/embedded/publish.ts [--from DIR] [--note TEXT] [--figure 'what=share' …]`
 * Makes the result of a run the embedded model: `resources/model` with its card, and the run's losses in `training/results`.
 * Afterwards the oracle has to be made again (tools/oracles/embedded.py).
 */
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '.cache/embedded' },
    note: { type: 'string', default: '' },
    figure: { type: 'string', multiple: true, default: [] },
  },
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const from = values.from;
const target = join(root, 'resources', 'model');
const results = join(root, 'training', 'results');
await mkdir(target, { recursive: true });
await mkdir(results, { recursive: true });
for (const name of [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'model.safetensors',
]) {
  await copyFile(join(from, 'model', name), join(target, name));
}
const log = await readFile(join(from, 'log.jsonl'), 'utf8');
await copyFile(join(from, 'log.jsonl'), join(results, 'embedded-log.jsonl'));
await writeLossCurve(join(from, 'log.jsonl'), join(results, 'embedded-loss.svg'));
const entries = log
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { step: number; tokens: number; validation?: Record<string, number> });
const last = entries.at(-1);
const validation = entries.findLast((entry) => entry.validation !== undefined)?.validation;
if (last === undefined || validation === undefined) throw new Error(`${from} does not contain a finished run.`);
const card = modelCard({
  recipe: embeddedRecipe,
  config: await readModelConfig(target, architectures),
  steps: last.step,
  tokens: last.tokens,
  validation,
  megabytes: (await stat(join(target, 'model.safetensors'))).size / 1e6,
  note: values.note,
  evaluation: values.figure.map((figure) => {
    const [what, share] = figure.split('=', 2);
    return [what ?? '', share ?? ''];
  }),
});
await writeFile(join(target, 'README.md'), card);
