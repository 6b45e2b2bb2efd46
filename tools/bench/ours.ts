/** The engine as a driver, as the sidecar uses it. It is imported when a model is loaded, so that this counts as part of the start. */
import { join } from 'node:path';
import type { LocalModel } from '../../src/engine/runtime/local-model-types.ts';
import { measureGeneration } from './generation.ts';
import { cacheDirectory } from './paths.ts';
import { dtypes } from './protocol.ts';
import { Stopwatch, serve } from './serve.ts';

const never = new AbortController().signal;
let model: LocalModel | undefined;

await serve(async (request) => {
  if (request.op === 'load') {
    // Not timed: from source, loading the code is mostly stripping its types, which the bundle does not do.
    const { openModel } = await import('../../src/engine/runtime/open-model.ts');
    const watch = new Stopwatch();
    const { bits, threads, contextLength, layerCheckpointing = false, block = 32 } = request;
    model = await openModel(
      {
        directory: request.model,
        dtype: dtypes[bits],
        provider: 'cpu',
        threads,
        contextLength,
        layerCheckpointing,
        block,
        cacheDirectory: join(cacheDirectory, 'weights'),
      },
      {},
      never,
    );
    return { ...watch.read(), tokens: 0, detail: { warmCache: model.info.warmCache } };
  }
  if (model === undefined) throw new Error('No model is loaded.');
  if (request.op !== 'update') return measureGeneration(model, request, never);
  const { promptTokens, responseTokens } = request;
  const watch = new Stopwatch();
  const report = await model.update(
    {
      adapter: { session: 'bench', train: 'session' },
      promptTokens,
      responseTokens,
      reward: -1,
      options: { solver: 'one-step', seed: 1 },
    },
    never,
  );
  const measured = { ...watch.read(), tokens: promptTokens.length + responseTokens.length, detail: { ...report } };
  await model.adapters.reset('bench');
  return measured;
});
