import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { wordsOnly } from '../policy/capabilities.ts';
import type { FinishReason, GenerateRequest, Generation, GenerationEvent } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import { withoutWeights } from '../policy/words-only.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import type { Engine } from './engine.ts';
import {
  addressInvalid,
  cancelledOr,
  chatOnly,
  modelUnnamed,
  notUnderstood,
  serverFailed,
  streamBroken,
} from './errors.ts';
import { HttpServer } from './http/server.ts';
import { serverSentEvents } from './http/server-sent-events.ts';
import { TokenEstimate } from './http/token-estimate.ts';
import type { PolicySettings } from './settings.ts';

const usage = 'openai:URL';
/** Maximum length of prompt and answer together, in tokens, where neither the developer nor the server gives one. */
const defaultContext = 8192;

/**
 * Models behind an OpenAI-compatible server (llama-server, vLLM, Ollama, LM Studio and others): they only answer. The key, if
 * the server wants one, is the environment variable RETUNE_API_KEY.
 */
export const openaiEngine: Engine = {
  name: 'openai',
  usage,
  models: 'served models',
  async open(settings, address, _hooks, signal) {
    const server = new HttpServer(addressOf(address), process.env.RETUNE_API_KEY || undefined);
    const { model, contextLength } = await describe(server, settings, signal);
    return {
      policy: served(server, model, contextLength),
      description: `The model ${model} is served by ${server.host}, context ${contextLength} tokens.`,
      served: { model, host: server.host },
      ready: async () => undefined,
      close: async () => undefined,
    };
  },
};

/** @throws RetuneError `connect.address-invalid` */
function addressOf(address: string): URL {
  const url = URL.parse(address);
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!usable) throw addressInvalid(usage, address);
  return url;
}

/** vLLM names the limit itself, llama-server among the facts about the model. */
const listing = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      max_model_len: z.int().positive().optional(),
      meta: z.object({ n_ctx: z.int().positive().optional() }).nullish(),
    }),
  ),
});
type ListedModels = z.infer<typeof listing>['data'];

async function describe(
  server: HttpServer,
  settings: PolicySettings,
  signal: AbortSignal,
): Promise<{ readonly model: string; readonly contextLength: number }> {
  const listed = await models(server, signal);
  const [only] = listed;
  if (settings.model === '' && (only === undefined || listed.length > 1)) {
    throw modelUnnamed(
      server.host,
      listed.map(({ id }) => id),
    );
  }
  const model = settings.model === '' ? only!.id : settings.model;
  const known = listed.find(({ id }) => id === model);
  const contextLength = settings.contextLength ?? known?.max_model_len ?? known?.meta?.n_ctx ?? defaultContext;
  return { model, contextLength };
}

/** Empty where the server has no list; the first answer will tell whether it is one. */
async function models(server: HttpServer, signal: AbortSignal): Promise<ListedModels> {
  try {
    const response = await server.request('/models', undefined, signal);
    return listing.parse(await response.json()).data;
  } catch (error) {
    if (signal.aborted) throw cancelledOr(signal, notUnderstood(server.host, String(error)));
    const noList = !(error instanceof RetuneError) || error.code === 'connect.model-unknown';
    if (noList) return [];
    throw error;
  }
}

const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
  error: z.union([z.string(), z.object({ message: z.string() })]).optional(),
});
type Chunk = z.infer<typeof chunk>;

function served(server: HttpServer, model: string, contextLength: number): Policy {
  const estimate = new TokenEstimate();
  return {
    ...withoutWeights(),
    info: { capabilities: wordsOnly, contextLength },
    countTokens: async (prompt) => estimate.prompt(prompt),
    generate: (request, signal) => generate(server, model, estimate, request, signal),
  };
}

/** Streams an answer. Whoever leaves early ends the request. */
async function* generate(
  server: HttpServer,
  model: string,
  estimate: TokenEstimate,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, Generation> {
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  const started = performance.now();
  const seed = request.sampling?.seed ?? randomInt(2 ** 31);
  const answer = new Answer();
  try {
    const response = await server.request('/chat/completions', bodyOf(server, model, request, seed), either);
    for await (const text of answer.read(server, response)) yield { kind: 'token', id: 0, text };
  } catch (error) {
    if (!signal.aborted) throw error;
    answer.finish = 'cancelled';
  } finally {
    left.abort();
  }
  const usage = answer.usage ?? {
    promptTokens: estimate.prompt(request.prompt),
    responseTokens: estimate.text(answer.text),
  };
  if (answer.usage !== undefined) estimate.learn(request.prompt, usage.promptTokens);
  const first = answer.firstAt ?? performance.now();
  return {
    text: answer.text,
    promptTokens: [],
    responseTokens: [],
    usage,
    finish: answer.finish ?? 'stop-token',
    seed,
    timings: { reusedTokens: 0, prefillMs: first - started, decodeMs: performance.now() - first },
  };
}

/** @throws RetuneError `connect.chat-only` */
function bodyOf(
  { host }: HttpServer,
  model: string,
  { prompt, sampling = {}, maxTokens, stop }: GenerateRequest,
  seed: number,
): unknown {
  if (!('messages' in prompt)) throw chatOnly(host);
  const { temperature, topP } = sampling;
  return {
    model,
    messages: prompt.messages,
    stream: true,
    stream_options: { include_usage: true },
    seed,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
  };
}

/** An answer that grows with its stream. */
class Answer {
  text = '';
  finish: FinishReason | undefined;
  usage: Generation['usage'];
  /** When the first of the text came, as `performance.now()` counts. */
  firstAt: number | undefined;

  /**
   * Yields the pieces of the text.
   * @throws RetuneError `connect.not-understood`, `connect.server-failed`, `connect.stream-broken`
   */
  async *read({ host }: HttpServer, { headers, body }: Response): AsyncGenerator<string> {
    const type = headers.get('content-type') ?? 'nothing';
    if (!type.startsWith('text/event-stream') || body === null) {
      throw notUnderstood(host, `It was asked for a stream of events and sent ${type}`);
    }
    try {
      for await (const data of serverSentEvents(body)) {
        if (data === '[DONE]') return;
        const piece = this.#add(parsed(host, data), host);
        if (piece !== '') yield piece;
      }
    } catch (error) {
      throw error instanceof RetuneError ? error : streamBroken(host, error);
    }
    if (this.finish === undefined) throw streamBroken(host, undefined);
  }

  #add({ choices: [choice], usage, error }: Chunk, host: string): string {
    if (error !== undefined) throw serverFailed(host, undefined, typeof error === 'string' ? error : error.message);
    if (usage) this.usage = { promptTokens: usage.prompt_tokens, responseTokens: usage.completion_tokens };
    if (choice?.finish_reason) this.finish = choice.finish_reason === 'length' ? 'max-tokens' : 'stop-token';
    const piece = choice?.delta?.content ?? '';
    if (piece !== '') this.firstAt ??= performance.now();
    this.text += piece;
    return piece;
  }
}

/** @throws RetuneError `connect.not-understood` */
function parsed(host: string, data: string): Chunk {
  try {
    return chunk.parse(JSON.parse(data));
  } catch {
    throw notUnderstood(host, `An event in its answer is ${JSON.stringify(data.slice(0, 100))}`);
  }
}
