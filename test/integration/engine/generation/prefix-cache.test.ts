import assert from 'node:assert/strict';
import { generate } from '../../../../src/engine/generation/generate.ts';
import type { ResolvedRequest } from '../../../../src/engine/generation/request.ts';
import { adapter, collect, never, type ToyDeps, tokenizer, toyDeps } from './support.ts';

const prompt = tokenizer.encode('Hello world, once and again');

async function run(deps: ToyDeps, request: ResolvedRequest) {
  return (await collect(generate(deps, { maxTokens: 12, ...request }, never))).result;
}

/** The same request on a decoder that has nothing to reuse. */
async function fresh(request: ResolvedRequest) {
  return (await run(toyDeps(), request)).responseTokens;
}

describe('prefix cache', () => {
  it('runs one token only when the same prompt comes again', async () => {
    const deps = toyDeps();
    const first = await run(deps, { promptTokens: prompt });
    const before = deps.decoder.tokensRun;
    const second = await run(deps, { promptTokens: prompt, maxTokens: 1 });
    assert.equal(second.timings.reusedTokens, prompt.length - 1);
    assert.equal(deps.decoder.tokensRun - before, 1);
    assert.equal(second.responseTokens[0], first.responseTokens[0]);
  });

  it('reuses prompt and answer for a prompt that continues them', async () => {
    const deps = toyDeps();
    const first = await run(deps, { promptTokens: prompt });
    const longer = [...prompt, ...first.responseTokens, ...tokenizer.encode(' and more')];
    const second = await run(deps, { promptTokens: longer });
    // The last token of an answer is chosen but never run.
    assert.equal(second.timings.reusedTokens, prompt.length + first.responseTokens.length - 1);
    assert.deepEqual(second.responseTokens, await fresh({ promptTokens: longer }));
  });

  it('reuses what two prompts share, also when the second is shorter or shares nothing', async () => {
    for (const [other, shared] of [
      [[...prompt.slice(0, 9), 65, 66, 67], 9],
      [prompt.slice(0, 6), 5],
      [[65, 66], 0],
      [[...prompt, 65, 66], prompt.length],
    ] as const) {
      const deps = toyDeps();
      await run(deps, { promptTokens: prompt, maxTokens: 1 });
      const second = await run(deps, { promptTokens: other });
      assert.equal(second.timings.reusedTokens, shared);
      assert.deepEqual(second.responseTokens, await fresh({ promptTokens: other }));
      assert.equal(deps.decoder.opened, 1);
    }
  });

  it('reuses under the same adapter version, and nothing after an update, with or without an adapter', async () => {
    const deps = toyDeps();
    const tokens = new Set<string>();
    for (const [version, reused] of [
      [0, 0],
      [0, prompt.length - 1],
      [1, 0],
      [1, prompt.length - 1],
      [2, 0],
      [0, 0],
      [1, 0],
    ] as const) {
      const request = { promptTokens: prompt, adapter: version === 0 ? undefined : adapter(version) };
      const result = await run(deps, request);
      assert.equal(result.timings.reusedTokens, reused, `version ${version}`);
      assert.deepEqual(result.responseTokens, await fresh(request));
      tokens.add(String(result.responseTokens));
    }
    assert.equal(tokens.size, 3, 'each version must answer differently, else this test shows nothing');
    assert.equal(deps.decoder.opened - deps.decoder.disposed, 1);
  });

  it('keeps two generations at once apart', async () => {
    const deps = toyDeps();
    const requests = [{ promptTokens: prompt }, { promptTokens: prompt.slice(2) }];
    const results = await Promise.all(requests.map((request) => run(deps, request)));
    for (const [index, result] of results.entries()) {
      assert.deepEqual(result.responseTokens, await fresh(requests[index]!));
    }
    assert.deepEqual([deps.decoder.opened, deps.decoder.disposed], [2, 1]);
  });

  it('frees what it keeps, also what comes back after it was disposed', async () => {
    const deps = toyDeps();
    await run(deps, { promptTokens: prompt });
    deps.cache.clear();
    assert.equal(deps.decoder.disposed, 1);
    assert.equal((await run(deps, { promptTokens: prompt })).timings.reusedTokens, 0);
    const stream = generate(deps, { promptTokens: prompt, maxTokens: 2 }, never);
    await stream.next();
    deps.cache.dispose();
    await collect(stream);
    assert.deepEqual([deps.decoder.opened, deps.decoder.disposed], [2, 2]);
  });
});
