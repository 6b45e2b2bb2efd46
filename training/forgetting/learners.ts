import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdapter } from '../../src/engine/adaptation/adapter.ts';
import { metadataFile } from '../../src/engine/adaptation/adapter-metadata.ts';
import { savePeft } from '../../src/engine/adaptation/peft.ts';
import { update } from '../../src/engine/adaptation/update.ts';
import { architectures } from '../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../src/engine/checkpoint/prepare.ts';
import type { LocalModel } from '../../src/engine/runtime/local-model-types.ts';
import { OnnxTrainer } from '../../src/engine/runtime/onnx-trainer.ts';
import type { Learner } from './forgetting.ts';

/** As `retune fix` learns: the small cap, anchors, canaries over earlier answers, bounds of entropy and weights. */
export function guarded(model: LocalModel): Learner {
  const spec = { key: 'forgetting', name: 'forgetting' };
  return {
    name: 'with guards',
    async learn({ promptTokens, responseTokens }, signal) {
      const { report, version } = await model.workspace.accept({ ...spec, promptTokens, responseTokens }, signal);
      return version === undefined ? (report.reason ?? 'refused') : undefined;
    },
    learnt: async () => {
      await model.workspace.open(spec);
      return { workspace: spec.name };
    },
  };
}

/** The same solver's step at this length, in nat per token of the answer, with nothing that could refuse it. */
const unguardedKl = 0.5;
const unbounded = {
  klAnchors: Number.POSITIVE_INFINITY,
  entropyRange: [0, Number.POSITIVE_INFINITY],
  weightChange: Number.POSITIVE_INFINITY,
  gain: Number.NEGATIVE_INFINITY,
} as const;

/**
 * The same updates on the same answers with every guard switched off. The product has no such options, so the update is
 * computed here and its adapter loaded into the model from a directory.
 */
export async function unguarded(model: LocalModel, cacheDirectory: string, scratch: string): Promise<Learner> {
  const { directory, dtype, threads } = model.info;
  const signal = new AbortController().signal;
  const checkpoint = await openCheckpoint(directory, architectures, signal);
  const { config } = checkpoint;
  const weights = await prepareWeights(checkpoint, { dtype, block: 32, cacheDirectory }, signal);
  const trainer = new OnnxTrainer(config, weights, { provider: 'cpu', threads, layerCheckpointing: false });
  let adapter = createAdapter(config, { name: 'unguarded', kind: 'workspace', seed: 1 });
  return {
    name: 'without guards',
    async learn({ promptTokens, responseTokens }, signal) {
      const result = await update(
        { trainer, anchors: { anchors: [], tokens: 0 }, norms: () => Number.POSITIVE_INFINITY },
        {
          pair: { prompt: promptTokens, response: responseTokens },
          reward: 1,
          adapters: [adapter],
          train: adapter,
          options: { klCap: unguardedKl },
          bounds: unbounded,
        },
        signal,
      );
      adapter = result.adapter;
      return result.report.reason ?? undefined;
    },
    async learnt() {
      await trainer.release();
      const saved = join(scratch, 'unguarded');
      await savePeft(adapter, { config, path: directory, key: '' }, saved);
      // Without our metadata it counts as somebody else's adapter, which need not name its base model.
      await rm(join(saved, metadataFile));
      await model.adapters.load({ name: 'unguarded', kind: 'session', directory: saved });
      return { session: 'unguarded' };
    },
  };
}
