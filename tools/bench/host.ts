/** A program that has the model in the sidecar, as the extension host has: its own processor time is what is measured here. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SidecarClient } from '../../src/sidecar/client/sidecar-client.ts';
import { type Generator, measureGeneration } from './generation.ts';
import { cacheDirectory } from './paths.ts';
import { dtypes } from './protocol.ts';
import { Stopwatch, serve } from './serve.ts';

const never = new AbortController().signal;
const state = await mkdtemp(join(tmpdir(), 'retune-bench-'));
const client = new SidecarClient({ clientName: 'bench', stateDirectory: state });
let model: Generator | undefined;

await serve(
  async (request) => {
    if (request.op === 'load') {
      const watch = new Stopwatch();
      const { bits, threads, contextLength } = request;
      const weights = join(cacheDirectory, 'weights');
      model = await client.openModel(
        {
          directory: request.model,
          dtype: dtypes[bits],
          provider: 'cpu',
          threads,
          contextLength,
          cacheDirectory: weights,
        },
        {},
        never,
      );
      return { ...watch.read(), tokens: 0 };
    }
    if (model === undefined || request.op === 'update') throw new Error('This driver only generates.');
    return measureGeneration(model, request, never);
  },
  async () => {
    await client.dispose();
    await rm(state, { recursive: true, force: true });
  },
);
