import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalModel } from '../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../src/engine/runtime/open-model.ts';
import type { GenerateRequest, Generation } from '../../src/policy/generation.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { collectGeneration } from '../support/collect-generation.ts';
import { checkpointDirectory, fixture, relativeError } from '../support/oracle.ts';

const never = new AbortController().signal;

/** Batches of an opened model: prompts, adapters by name, sampling and stops through every layer down to the cache. */
export function modelBatchSuite(provider: ProviderName): void {
  describe(`batches of an opened model (${provider})`, () => {
    let cacheDirectory: string;
    let model: LocalModel;
    before(async () => {
      cacheDirectory = await mkdtemp(join(tmpdir(), 'retune-test-'));
      const options = { directory: checkpointDirectory('qwen2'), provider, threads: 1, cacheDirectory } as const;
      model = await openModel({ ...options, dtype: 'fp32' }, {}, never);
      await model.adapters.load({
        name: 'trained',
        kind: 'session',
        directory: fixture('checkpoints', 'qwen2', 'adapter'),
      });
      await model.adapters.create({ name: 'fresh', kind: 'session', rank: 8, seed: 1 });
    });
    after(async () => {
      await model.dispose();
      await rm(cacheDirectory, { recursive: true, force: true });
    });

    const greedy = { temperature: 0, repetitionPenalty: 1 };
    const requests: readonly GenerateRequest[] = [
      { prompt: { text: 'def add(a, b):' }, maxTokens: 12, sampling: { ...greedy, seed: 1 } },
      { prompt: { text: 'x' }, maxTokens: 20, sampling: { ...greedy, seed: 2 }, adapter: { session: 'trained' } },
      { prompt: { messages: [{ role: 'user', content: 'Hello!' }] }, maxTokens: 3, sampling: { ...greedy, seed: 3 } },
      { prompt: { text: 'import os' }, maxTokens: 1, sampling: { temperature: 1, seed: 4 } },
      {
        prompt: { text: 'class A' },
        maxTokens: 16,
        sampling: { temperature: 1, topP: 1, seed: 5 },
        adapter: { session: 'trained' },
      },
      { prompt: { text: 'Once' }, maxTokens: 9, sampling: { ...greedy, seed: 6 }, adapter: { session: 'fresh' } },
    ];

    it('each request gets the tokens and log-probabilities that it gets alone', async () => {
      const asked = requests.map((request) => ({ ...request, logprobs: true }));
      const together = await model.generateBatch(asked, never);
      for (const [i, request] of asked.entries()) {
        const single = await collectGeneration(model.generate(request, never));
        const batched = together[i] as Generation;
        for (const key of ['text', 'promptTokens', 'responseTokens', 'finish', 'seed'] as const) {
          assert.deepEqual(batched[key], single[key], `request ${i}: ${key}`);
        }
        const error = relativeError(batched.logprobs as number[], single.logprobs as number[]);
        assert.ok(error <= 1e-4, `request ${i}: ${error}`);
      }
      const lengths = new Set(together.map(({ responseTokens }) => responseTokens.length));
      assert.ok(lengths.size >= 5, 'the answers end one after the other');
    });

    it('a batch leaves what was cached of the last prompt as it was', async () => {
      const request = requests[0] as GenerateRequest;
      await collectGeneration(model.generate(request, never));
      const before = await collectGeneration(model.generate(request, never));
      await model.generateBatch(requests, never);
      const after = await collectGeneration(model.generate(request, never));
      assert.deepEqual(after.responseTokens, before.responseTokens);
      assert.equal(after.timings.reusedTokens, before.timings.reusedTokens);
      assert.ok(before.timings.reusedTokens > 0);
    });

    it('adapters of two ranks in one batch are refused before anything runs', async () => {
      await model.adapters.create({ name: 'small', kind: 'session', rank: 2, seed: 1 });
      const mixed = ['trained', 'small'].map((name) => ({
        ...(requests[0] as GenerateRequest),
        adapter: { session: name },
      }));
      await assert.rejects(model.generateBatch(mixed, never), { code: 'generation.batch-ranks-differ' });
      await model.adapters.drop('small');
    });
  });
}
