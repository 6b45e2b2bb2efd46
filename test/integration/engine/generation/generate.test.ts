import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { generate } from '../../../../src/engine/generation/generate.ts';
import { endOfText, marker } from '../../../unit/engine/generation/toy-tokenizer.ts';
import { collect, never, scripted, texts, tokenizer, toyDeps } from './support.ts';

const prompt = tokenizer.encode('Hello world, this is the prompt');
const sampled = { temperature: 1.5, topP: 0.95, topK: 200, minP: 0.001, repetitionPenalty: 1.1, seed: 5 };

describe('generate', () => {
  it('streams events that add up to the result', async () => {
    const answer = tokenizer.encode('Hello world é 日本 😀!');
    const { events, result } = await collect(
      generate(scripted(answer, prompt.length), { promptTokens: prompt, logprobs: true }, never),
    );
    const { timings, ...rest } = result;
    assert.equal(result.text, 'Hello world é 日本 😀!');
    assert.deepEqual(
      { ...rest, logprobs: rest.logprobs?.length, seed: 0 },
      {
        text: 'Hello world é 日本 😀!',
        promptTokens: prompt,
        responseTokens: [...answer, endOfText],
        logprobs: answer.length + 1,
        finish: 'stop-token',
        seed: 0,
      },
    );
    assert.equal(texts(events).join(''), result.text);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'token' ? [event.id] : [])),
      result.responseTokens,
    );
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'token' ? [event.logprob] : [])),
      result.logprobs,
    );
    assert.ok(result.logprobs?.every((logprob) => logprob <= 0 && logprob > -1e-6));
    assert.equal(timings.reusedTokens, 0);
    assert.ok(timings.prefillMs > 0 && timings.decodeMs > 0);
  });

  it('prefills in chunks with progress after each', async () => {
    const deps = toyDeps({ prefillChunk: 5 });
    const { events } = await collect(generate(deps, { promptTokens: prompt.slice(0, 12), maxTokens: 3 }, never));
    assert.deepEqual(
      events.slice(0, 4).map((event) => (event.kind === 'prefill' ? [event.done, event.total] : event.kind)),
      [[5, 12], [10, 12], [12, 12], 'token'],
    );
    assert.deepEqual(
      deps.decoder.runs.map(({ lengths }) => lengths[0]),
      [5, 5, 2, 1, 1],
    );
  });

  it('gives the same tokens for the same seed, whatever the chunks, and others for another', async () => {
    const run = async (seed: number, prefillChunk: number) => {
      const deps = toyDeps({ prefillChunk });
      const request = { promptTokens: prompt, sampling: { ...sampled, seed }, maxTokens: 40 };
      return (await collect(generate(deps, request, never))).result.responseTokens;
    };
    const tokens = await run(5, 8);
    assert.deepEqual(await run(5, 8), tokens);
    assert.deepEqual(await run(5, 1), tokens);
    assert.notDeepEqual(await run(6, 8), tokens);
  });

  it('reports the seed it drew, and that seed repeats the answer', async () => {
    const request = { promptTokens: prompt, sampling: { temperature: 2 }, maxTokens: 30 };
    const { result } = await collect(generate(toyDeps(), request, never));
    const again = { ...request, sampling: { temperature: 2, seed: result.seed } };
    assert.deepEqual((await collect(generate(toyDeps(), again, never))).result.responseTokens, result.responseTokens);
  });

  it('cuts at a stop string that spans tokens, and never shows a part of it', async () => {
    const answer = [...'xabababac!'].map((letter) => letter.charCodeAt(0));
    const { events, result } = await collect(
      generate(scripted(answer, prompt.length), { promptTokens: prompt, stop: ['ababac', 'zz'] }, never),
    );
    assert.equal(result.finish, 'stop-string');
    assert.equal(result.text, 'xab');
    assert.deepEqual(texts(events), ['x', '', '', '', '', '', 'ab', '', '']);
    assert.deepEqual(result.responseTokens, answer.slice(0, 9));
  });

  it('shows text that was held back when the answer ends otherwise', async () => {
    const answer = [...tokenizer.encode('a</'), 0xe6];
    const request = { promptTokens: prompt, stop: ['</answer>'] };
    const { events, result } = await collect(generate(scripted(answer, prompt.length), request, never));
    assert.equal(result.text, 'a</\ufffd');
    assert.deepEqual(texts(events), ['a', '', '', '</\ufffd']);
    const short = await collect(generate(scripted(answer, prompt.length), { ...request, maxTokens: 2 }, never));
    assert.equal(short.result.finish, 'max-tokens');
    assert.deepEqual(texts(short.events), ['a', '</']);
  });

  it("ends at the request's and the engine's stop tokens, whose text is not part of the answer", async () => {
    const answer = [65, marker, 66, 67];
    const one = await collect(
      generate(scripted(answer, prompt.length), { promptTokens: prompt, stopTokens: [66] }, never),
    );
    assert.deepEqual([one.result.text, one.result.finish], ['A', 'stop-token']);
    assert.deepEqual(one.result.responseTokens, [65, marker, 66]);
    const deps = { ...scripted(answer, prompt.length), stopTokens: [67] };
    assert.equal((await collect(generate(deps, { promptTokens: prompt }, never))).result.text, 'AB');
  });

  it('ends after maxTokens', async () => {
    const { result } = await collect(
      generate(scripted(Array(50).fill(65), prompt.length), { promptTokens: prompt, maxTokens: 7 }, never),
    );
    assert.deepEqual([result.text, result.finish], ['A'.repeat(7), 'max-tokens']);
  });

  it('ends when prompt and answer fill the context', async () => {
    const deps = scripted(Array(50).fill(65), prompt.length, { maxPositions: prompt.length + 4 });
    const { result } = await collect(generate(deps, { promptTokens: prompt }, never));
    assert.deepEqual([result.text, result.finish], ['AAAA', 'context-full']);
  });

  it('takes the longest prompt that leaves room for one token, and refuses a longer one with the numbers', async () => {
    const deps = toyDeps({ maxPositions: 10 });
    const { result } = await collect(generate(deps, { promptTokens: prompt.slice(0, 9) }, never));
    assert.deepEqual([result.responseTokens.length, result.finish], [1, 'context-full']);
    await assert.rejects(collect(generate(deps, { promptTokens: prompt.slice(0, 10) }, never)), {
      name: 'RetuneError',
      code: 'generation.prompt-too-long',
      data: { length: 10, contextLength: 10, longest: 9 },
      message: /10 tokens.*at most 9.*[Ss]horten the prompt by at least 1 token/,
    });
  });

  it('refuses requests that cannot be, before anything runs', async () => {
    const deps = toyDeps();
    for (const [request, code] of [
      [{ promptTokens: [] }, 'generation.prompt-empty'],
      [{ promptTokens: [1, 300] }, 'generation.token-unknown'],
      [{ promptTokens: [1, -1] }, 'generation.token-unknown'],
      [{ promptTokens: [1.5] }, 'generation.token-unknown'],
      [{ promptTokens: [1], maxTokens: 0 }, 'generation.invalid-option'],
      [{ promptTokens: [1], stop: ['a', ''] }, 'generation.invalid-option'],
      [{ promptTokens: [1], sampling: { topP: 2 } }, 'generation.invalid-option'],
    ] as const) {
      await assert.rejects(collect(generate(deps, request, never)), { code });
    }
    assert.equal(deps.decoder.opened, 0);
  });

  it('stops in the prefill when cancelled, and the next generation goes on from there', async () => {
    const deps = toyDeps({ prefillChunk: 4 });
    const controller = new AbortController();
    const { result } = await collect(
      generate(deps, { promptTokens: prompt, maxTokens: 9 }, controller.signal),
      (event) => {
        if (event.kind === 'prefill' && event.done === 8) controller.abort();
      },
    );
    assert.deepEqual([result.finish, result.text, result.responseTokens.length], ['cancelled', '', 0]);
    assert.equal(deps.decoder.tokensRun, 8);
    const next = await collect(generate(deps, { promptTokens: prompt, maxTokens: 9 }, never));
    const fresh = await collect(generate(toyDeps(), { promptTokens: prompt, maxTokens: 9 }, never));
    assert.equal(next.result.timings.reusedTokens, 8);
    assert.deepEqual(next.result.responseTokens, fresh.result.responseTokens);
  });

  it('chooses no token when cancelled at the end of the prefill', async () => {
    const controller = new AbortController();
    const { result } = await collect(generate(toyDeps(), { promptTokens: prompt }, controller.signal), (event) => {
      if (event.kind === 'prefill' && event.done === event.total) controller.abort();
    });
    assert.deepEqual([result.finish, result.responseTokens], ['cancelled', []]);
  });

  it('stops between tokens when cancelled, and gives what there is, held-back text included', async () => {
    const answer = tokenizer.encode('Hello world</answer>');
    const deps = scripted(answer, prompt.length);
    const controller = new AbortController();
    const { events, result } = await collect(
      generate(deps, { promptTokens: prompt, stop: ['</answer>'] }, controller.signal),
      (event) => {
        if (event.kind === 'token' && event.id === answer[2]) controller.abort();
      },
    );
    assert.deepEqual([result.finish, result.text], ['cancelled', 'Hello world</']);
    assert.equal(texts(events).join(''), 'Hello world');
    assert.deepEqual(result.responseTokens, answer.slice(0, 3));
    const next = await collect(generate(deps, { promptTokens: prompt }, never));
    assert.equal(next.result.timings.reusedTokens, prompt.length - 1);
    assert.equal(next.result.text, 'Hello world</answer>');
  });

  it('runs nothing when cancelled from the start', async () => {
    const deps = toyDeps();
    const { events, result } = await collect(generate(deps, { promptTokens: prompt }, AbortSignal.abort()));
    assert.deepEqual([events, result.finish, deps.decoder.opened], [[], 'cancelled', 0]);
  });

  it('lets a message that cancels come in between runs', async () => {
    const { port1, port2 } = new MessageChannel();
    const controller = new AbortController();
    port2.on('message', () => controller.abort());
    const deps = toyDeps({ maxPositions: 2000, script: () => 65 });
    const { result } = await collect(generate(deps, { promptTokens: prompt }, controller.signal), (event) => {
      if (event.kind === 'token') port1.postMessage('cancel');
    });
    port1.close();
    assert.equal(result.finish, 'cancelled');
    assert.ok(result.responseTokens.length < 100, `cancelled only after ${result.responseTokens.length} tokens`);
  });

  it('leaves a sound cache when the consumer walks away', async () => {
    for (const leaveAt of ['prefill', 'token'] as const) {
      const deps = toyDeps({ prefillChunk: 4 });
      for await (const event of generate(deps, { promptTokens: prompt }, never)) if (event.kind === leaveAt) break;
      const next = await collect(generate(deps, { promptTokens: prompt, maxTokens: 9 }, never));
      const fresh = await collect(generate(toyDeps(), { promptTokens: prompt, maxTokens: 9 }, never));
      assert.ok(next.result.timings.reusedTokens >= 4);
      assert.deepEqual(next.result.responseTokens, fresh.result.responseTokens);
      assert.deepEqual([deps.decoder.opened, deps.decoder.disposed], [1, 0]);
    }
  });

  it('throws away the cache of a run that failed', async () => {
    let failing = true;
    const deps = toyDeps({
      beforeRun: (_, tokens) => {
        if (failing && tokens[0]!.length === 1) throw new Error('device lost');
      },
    });
    await assert.rejects(collect(generate(deps, { promptTokens: prompt }, never)), /device lost/);
    assert.deepEqual([deps.decoder.opened, deps.decoder.disposed], [1, 1]);
    failing = false;
    const { result } = await collect(generate(deps, { promptTokens: prompt, maxTokens: 2 }, never));
    assert.equal(result.timings.reusedTokens, 0);
  });
});
