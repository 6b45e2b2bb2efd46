/** The engine's update alone as a driver: no anchor prompts and no decode session, because the peer has neither. */

import { join } from 'node:path';
import { architectures } from '../../src/engine/architectures/index.ts';
import { cacheDirectory } from './paths.ts';
import { dtypes, type LoadRequest } from './protocol.ts';
import { type MeasuredReply, Stopwatch, serve } from './serve.ts';

const never = new AbortController().signal;
type Engine = Awaited<ReturnType<typeof load>>;
let engine: Engine | undefined;

await serve(async (request) => {
  if (request.op === 'load') {
    const watch = new Stopwatch();
    engine = await load(request);
    return { ...watch.read(), tokens: 0 };
  }
  if (engine === undefined) throw new Error('No model is loaded.');
  if (request.op !== 'update') throw new Error(`This driver only updates; it was asked to ${request.op}.`);
  return update(engine, request.promptTokens, request.responseTokens);
});

async function load({ model, bits, threads, layerCheckpointing = false }: LoadRequest) {
  const { openCheckpoint } = await import('../../src/engine/checkpoint/checkpoint.ts');
  const { prepareWeights } = await import('../../src/engine/checkpoint/prepare.ts');
  const { OnnxTrainer } = await import('../../src/engine/runtime/onnx-trainer.ts');
  const checkpoint = await openCheckpoint(model, architectures, never);
  const options = { dtype: dtypes[bits], cacheDirectory: join(cacheDirectory, 'weights') };
  const weights = await prepareWeights(checkpoint, options, never);
  const trainer = new OnnxTrainer(checkpoint.config, weights, {
    provider: 'cpu',
    threads,
    layerCheckpointing,
    lean: true,
  });
  return { config: checkpoint.config, weights, trainer };
}

async function update(
  { config, weights, trainer }: Engine,
  prompt: readonly number[],
  response: readonly number[],
): Promise<MeasuredReply> {
  const { createAdapter } = await import('../../src/engine/adaptation/adapter.ts');
  const { update: run } = await import('../../src/engine/adaptation/update.ts');
  const adapter = createAdapter(config, { name: 'bench', kind: 'session', rank: 8, alpha: 16, seed: 1 });
  const watch = new Stopwatch();
  const { report } = await run(
    {
      trainer,
      anchors: { anchors: [], tokens: 0 },
      norms: (layer, module) => weights.entries.get(`model.layers.${layer}.${module}.weight`)?.norm ?? 0,
    },
    { pair: { prompt, response }, reward: -1, adapters: [adapter], train: adapter, options: { solver: 'one-step' } },
    never,
  );
  return { ...watch.read(), tokens: prompt.length + response.length, detail: { ...report } };
}
