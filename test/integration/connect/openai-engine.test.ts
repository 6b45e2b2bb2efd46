import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenedPolicy } from '../../../src/connect/engine.ts';
import { openPolicy, openStore } from '../../../src/connect/open-policy.ts';
import type { PolicySettings } from '../../../src/connect/settings.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../../src/policy/generation.ts';
import type { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { type Asked, startTestServer, type TestServer } from '../../support/http-server.ts';
import { chunks, listOf, streamed } from '../../support/openai-bytes.ts';

const never = (): AbortSignal => new AbortController().signal;
const request: GenerateRequest = {
  prompt: { messages: [{ role: 'user', content: 'Say hello.' }] },
  sampling: { temperature: 0.7, topP: 0.95, seed: 7 },
  maxTokens: 40,
  stop: ['###'],
};

async function collect(policy: OpenedPolicy['policy'], signal = never(), asked = request) {
  const events: GenerationEvent[] = [];
  const stream = policy.generate(asked, signal);
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, generation: next.value as Generation };
    events.push(next.value);
  }
}

async function failure(work: Promise<unknown>): Promise<RetuneError> {
  return work.then(
    () => assert.fail('it did not fail'),
    (error: RetuneError) => error,
  );
}

/** Opens a model of a server that lists `m` and answers a chat with `answer`. */
async function open(
  answer: (response: ServerResponse, asked: Asked) => void | Promise<void>,
  settings: Partial<PolicySettings> = {},
  list: unknown = listOf({ id: 'm' }),
): Promise<{ readonly server: TestServer; readonly opened: OpenedPolicy } & AsyncDisposable> {
  const server = await startTestServer((asked, response) => {
    if (asked.path !== '/v1/models') return answer(response, asked);
    if (list === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
  });
  try {
    const all = { engine: `openai:${server.url}/v1`, model: 'm', clientName: 'test', ...settings };
    const opened = await openPolicy(all, {}, never());
    return { server, opened, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

describe('a model behind an OpenAI-compatible server', () => {
  it('streams its answer, whatever pieces the bytes come in, and tells the numbers of tokens', async () => {
    await using setting = await open(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      const bytes = Buffer.from(streamed(['Hel', 'lo, ', 'wörld 𝄞']));
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        if (at % 70 === 0) await delay(1);
      }
      response.end();
    });
    const { events, generation } = await collect(setting.opened.policy);
    assert.deepEqual(
      events.map((event) => event.kind === 'token' && event.text),
      ['Hel', 'lo, ', 'wörld 𝄞'],
    );
    const { timings: _, ...rest } = generation;
    assert.deepEqual(rest, {
      text: 'Hello, wörld 𝄞',
      promptTokens: [],
      responseTokens: [],
      usage: { promptTokens: 31, responseTokens: 3 },
      finish: 'stop-token',
      seed: 7,
    });
    assert.deepEqual(setting.server.asked.at(-1)?.body, {
      model: 'm',
      messages: [{ role: 'user', content: 'Say hello.' }],
      stream: true,
      stream_options: { include_usage: true },
      seed: 7,
      temperature: 0.7,
      top_p: 0.95,
      max_tokens: 40,
      stop: ['###'],
    });
  });

  it('may be cut by the limit, and need not report usage', async () => {
    await using setting = await open((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chunks(['Hello'], 'length').join(''));
    });
    const { generation } = await collect(setting.opened.policy);
    assert.equal(generation.finish, 'max-tokens');
    assert.ok(generation.usage!.responseTokens >= 2 && generation.usage!.promptTokens > 8);
  });

  it('can be stopped: the answer so far is cancelled, and the server sees the end of the connection', async () => {
    const closed = Promise.withResolvers<void>();
    await using setting = await open((response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunks(['Hel'])[0]);
    });
    const stop = new AbortController();
    const events = setting.opened.policy.generate(request, stop.signal);
    assert.equal((await events.next()).done, false);
    stop.abort();
    const end = await events.next();
    assert.ok(end.done);
    assert.deepEqual([end.value.text, end.value.finish], ['Hel', 'cancelled']);
    await closed.promise;
  });

  it('is left alone when nobody reads on', async () => {
    const closed = Promise.withResolvers<void>();
    await using setting = await open((response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunks(['Hel'])[0]);
    });
    const events = setting.opened.policy.generate(request, never());
    await events.next();
    await events.return(undefined as never);
    await closed.promise;
  });

  for (const [what, answer, code, message] of [
    [
      'breaks off',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunks(['Hel'])[0]);
        setTimeout(() => response.destroy(), 10);
      },
      'connect.stream-broken',
      /in the middle of an answer/,
    ],
    [
      'ends without saying that it is complete',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(chunks(['Hel'])[0]);
      },
      'connect.stream-broken',
      /neither the end of the answer/,
    ],
    [
      'is a web page',
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
      'connect.not-understood',
      /text\/html/,
    ],
    [
      'has events that are something else',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end('data: {"choices": 7}\n\n');
      },
      'connect.not-understood',
      /choices/,
    ],
    [
      'reports an error in its midst',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`${chunks(['Hel'])[0]}data: {"error": {"message": "out of memory"}}\n\n`);
      },
      'connect.server-failed',
      /out of memory/,
    ],
    ['does not know the model', (response) => void response.writeHead(404).end(), 'connect.model-unknown', /./],
    ['asks to wait', (response) => void response.writeHead(429).end(), 'connect.too-many-requests', /./],
  ] as [string, (response: ServerResponse) => void, string, RegExp][]) {
    it(`fails with a clear error when the answer ${what}`, async () => {
      await using setting = await open(answer);
      const error = await failure(collect(setting.opened.policy));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.ok(error.message.includes(setting.server.host));
    });
  }

  it('need not be named when it is the only one; of several one must be named', async () => {
    const unused = () => undefined;
    await using only = await open(unused, { model: '' }, listOf({ id: 'qwen', meta: { n_ctx: 4096 } }));
    assert.deepEqual(only.opened.served, { model: 'qwen', host: only.server.host });
    assert.equal(only.opened.policy.info.contextLength, 4096);
    const several = await failure(open(unused, { model: '' }, listOf({ id: 'a' }, { id: 'b' })));
    assert.deepEqual([several.code, several.data.served], ['connect.model-unnamed', ['a', 'b']]);
    assert.equal((await failure(open(unused, { model: '' }, { object: 'none' }))).code, 'connect.model-unnamed');
    await using named = await open(unused, { model: 'x' }, listOf({ id: 'x', max_model_len: 2048 }));
    assert.equal(named.opened.policy.info.contextLength, 2048);
    await using told = await open(unused, { model: 'x', contextLength: 1000 }, undefined);
    assert.equal(told.opened.policy.info.contextLength, 1000);
  });

  it('is refused before anything is sent when its address is none', async () => {
    for (const address of ['', ':', '127.0.0.1:8080', 'ftp://x/', 'http://me:secret@127.0.0.1/']) {
      const settings = { engine: `openai:${address}`, model: 'm', clientName: 'test' };
      assert.equal((await failure(openPolicy(settings, {}, never()))).code, 'connect.address-invalid', address);
    }
  });

  it('only answers: all else says that it cannot', async () => {
    await using setting = await open(() => undefined);
    const { policy } = setting.opened;
    assert.ok(Object.values(policy.info.capabilities).every((able) => !able));
    const spec = { name: 'a', kind: 'session' } as const;
    assert.equal((await failure(policy.adapters.create(spec))).code, 'policy.cannot');
    assert.equal((await failure(policy.workspace.state('k'))).code, 'policy.cannot');
    const raw = { ...request, prompt: { text: 'raw' } };
    assert.equal((await failure(collect(policy, never(), raw))).code, 'connect.chat-only');
    const settings = { engine: `openai:${setting.server.url}/v1`, model: 'm', clientName: 'test' };
    assert.equal((await failure(openStore(settings, {}, never()))).code, 'connect.nothing-kept');
  });
});
