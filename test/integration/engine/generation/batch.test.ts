import assert from 'node:assert/strict';
import { generateBatch } from '../../../../src/engine/generation/batch.ts';
import { generate } from '../../../../src/engine/generation/generate.ts';
import type { ResolvedRequest } from '../../../../src/engine/generation/request.ts';
import type { Generation } from '../../../../src/policy/generation.ts';
import { adapter, collect, never, tokenizer, toyDeps } from './support.ts';

const requests: readonly ResolvedRequest[] = [
  { promptTokens: tokenizer.encode('Hello world'), maxTokens: 20, logprobs: true },
  { promptTokens: tokenizer.encode('one of many tokens, more than a chunk'), maxTokens: 1, adapter: adapter(1) },
  { promptTokens: [1], sampling: { temperature: 1.5, topP: 0.9, seed: 3 }, maxTokens: 35, adapter: adapter(2) },
  { promptTokens: [1], sampling: { temperature: 1.5, topP: 0.9, seed: 4 }, maxTokens: 12, adapter: adapter(2) },
  { promptTokens: [2, 3], sampling: { temperature: 1, repetitionPenalty: 1.4, seed: 3 }, stopTokens: range(250) },
  { promptTokens: [9], sampling: { temperature: 3, seed: 8 }, stop: ['a', 'e', '7'], logprobs: true },
];

function range(end: number): number[] {
  return Array.from({ length: end }, (_, index) => index);
}

function withoutTimings({ timings: _, ...rest }: Generation) {
  return rest;
}

describe('batch', () => {
  it('gives each request what it gets alone', async () => {
    const deps = toyDeps();
    const batch = await generateBatch(deps, requests, never);
    assert.equal(batch.length, requests.length);
    for (const [index, request] of requests.entries()) {
      const { result } = await collect(
        generate(toyDeps(), { ...request, sampling: { ...request.sampling, seed: batch[index]!.seed } }, never),
      );
      assert.deepEqual(withoutTimings(batch[index]!), withoutTimings(result), `request ${index}`);
    }
    assert.ok(new Set(batch.map(({ finish }) => finish)).size >= 3, 'the requests must end in different ways');
    assert.deepEqual([deps.decoder.opened, deps.decoder.disposed], [1, 1]);
  });

  it('decodes together and drops the sequences that end', async () => {
    const deps = toyDeps({ script: () => 65 });
    await generateBatch(
      deps,
      [3, 1, 4].map((maxTokens) => ({ promptTokens: [1, 2], maxTokens })),
      never,
    );
    assert.deepEqual(
      deps.decoder.runs.map(({ sequences }) => sequences),
      [[0], [1], [2], [0, 2], [0, 2], [2]],
    );
  });

  it('ends each sequence at the context limit', async () => {
    const deps = toyDeps({ script: () => 65, maxPositions: 10 });
    const batch = await generateBatch(deps, [{ promptTokens: [1] }, { promptTokens: range(9) }], never);
    assert.deepEqual(
      batch.map(({ finish, responseTokens }) => [finish, responseTokens.length]),
      [
        ['context-full', 9],
        ['context-full', 1],
      ],
    );
  });

  it('refuses a bad request before anything runs', async () => {
    const deps = toyDeps({ maxPositions: 10 });
    await assert.rejects(generateBatch(deps, [{ promptTokens: [1] }, { promptTokens: range(12) }], never), {
      code: 'generation.prompt-too-long',
    });
    await assert.rejects(
      generateBatch(
        deps,
        [4, 8].map((rank) => ({ promptTokens: [1], adapter: adapter(rank, rank) })),
        never,
      ),
      { code: 'generation.batch-ranks-differ', data: { ranks: [4, 8] } },
    );
    assert.deepEqual(await generateBatch(deps, [], never), []);
    assert.equal(deps.decoder.opened, 0);
  });

  it('cancels in the prefill and between tokens, with what there is until then', async () => {
    for (const [atRun, finishes, lengths] of [
      [2, ['cancelled', 'cancelled', 'cancelled'], [1, 1, 0]],
      [5, ['cancelled', 'max-tokens', 'cancelled'], [3, 2, 3]],
    ] as const) {
      const controller = new AbortController();
      const deps = toyDeps({
        script: () => 65,
        beforeRun: () => {
          if (deps.decoder.runs.length === atRun) controller.abort();
        },
      });
      const batch = await generateBatch(
        deps,
        [9, 2, 9].map((maxTokens) => ({ promptTokens: [1, 2], maxTokens })),
        controller.signal,
      );
      assert.deepEqual(
        [batch.map(({ finish }) => finish), batch.map(({ responseTokens }) => responseTokens.length)],
        [finishes, lengths],
      );
      assert.ok(batch.every(({ text, responseTokens }) => text === 'A'.repeat(responseTokens.length)));
      assert.deepEqual([deps.decoder.opened, deps.decoder.disposed], [1, 1]);
    }
    const deps = toyDeps();
    const [result] = await generateBatch(deps, [{ promptTokens: [1] }], AbortSignal.abort());
    assert.deepEqual([result?.finish, deps.decoder.opened], ['cancelled', 0]);
  });

  it('frees the state when a run fails', async () => {
    const deps = toyDeps({
      beforeRun: (sequences) => {
        if (sequences.length > 1) throw new Error('device lost');
      },
    });
    await assert.rejects(generateBatch(deps, [{ promptTokens: [1] }, { promptTokens: [2] }], never), /device lost/);
    assert.equal(deps.decoder.disposed, 1);
  });
});
