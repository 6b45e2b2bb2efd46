import { pbkdf2Sync } from 'node:crypto';
import { existsSync, writeSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalModel } from '../../../../src/engine/runtime/local-model-types.ts';
import type { AdapterInfo } from '../../../../src/policy/adapters.ts';
import { allCapabilities } from '../../../../src/policy/capabilities.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../../../src/policy/generation.ts';
import type { ModelInfo } from '../../../../src/policy/model-info.ts';
import type { OpenModelOptions, OpenProgress } from '../../../../src/policy/open-options.ts';
import type { Prompt } from '../../../../src/policy/prompt.ts';
import type { Score, ScoreRequest } from '../../../../src/policy/score.ts';
import type { UpdateReport, UpdateRequest } from '../../../../src/policy/update.ts';
import type { WorkspaceAdapterState, WorkspaceAdapters } from '../../../../src/policy/workspace-adapters.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';

/**
 * Stands in for the engine where only processes and messages are tested. It does what the words of the prompt say:
 *
 *     tokens N      streams N tokens, one per event-loop turn, 2 ms apart
 *     runs N        N blocking runs of 20 ms without ever returning to the event loop, like native code
 *     native        one uninterruptible native call of many seconds
 *     print         writes to file descriptor 1 between tokens, as native libraries do
 *     console       console.log between tokens
 *     throw         an error of the engine; `bug`: an unforeseen one
 *     die           an uncaught exception of the worker; `exit`: process.exit in it
 *     stderr TEXT   prints to stderr
 *
 * A model directory `…/missing` cannot be opened; `…/slow` opens until it is cancelled, and says so in a file; `…/slow-again`
 * opens at once for the first time, and later like `…/slow`.
 */
export async function openScriptedModel(
  options: OpenModelOptions,
  hooks: { readonly onProgress?: (progress: OpenProgress) => void },
  signal: AbortSignal,
): Promise<LocalModel> {
  hooks.onProgress?.({ stage: 'reading', fraction: 0 });
  const again = existsSync(join(options.directory, 'opened'));
  if (options.directory.endsWith('slow') || (options.directory.endsWith('slow-again') && again)) {
    await writeFile(join(options.directory, 'opening'), '');
    while (!signal.aborted) await pause(5);
  }
  if (options.directory.endsWith('slow-again')) await writeFile(join(options.directory, 'opened'), '');
  if (options.directory.endsWith('missing')) throw scriptedError('checkpoint.missing');
  signal.throwIfAborted();
  hooks.onProgress?.({ stage: 'loading', fraction: 1 });
  return new ScriptedModel(options);
}

class ScriptedModel implements LocalModel {
  readonly info: ModelInfo;
  readonly adapters: LocalModel['adapters'];
  readonly workspace: WorkspaceAdapters;
  readonly #adapters = new Map<string, AdapterInfo & { weight: number }>();

  constructor(options: OpenModelOptions) {
    this.info = describe(options);
    this.adapters = scriptedAdapters(this.#adapters);
    this.workspace = scriptedWorkspace(this.#adapters);
  }

  /** One for each word. */
  async countTokens(prompt: Prompt): Promise<number> {
    if ('tokens' in prompt) return prompt.tokens.length;
    const text = 'text' in prompt ? prompt.text : prompt.messages.map(({ content }) => content).join(' ');
    return text.split(/\s+/).filter((word) => word !== '').length;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    const { command, argument } = instruction(request);
    const seen: number[] = [];
    const token = (id: number): GenerationEvent => {
      seen.push(id);
      return { kind: 'token', id, text: `${id} ` };
    };
    yield { kind: 'prefill', done: 1, total: 1 };
    const count = Number(argument) || 3;
    if (command === 'throw') throw scriptedError('scripted.refused');
    if (command === 'bug') throw new TypeError('undefined is not a tensor');
    if (command === 'die') {
      setImmediate(() => {
        throw new Error('the scripted worker died');
      });
      await pause(10_000);
    }
    if (command === 'exit') process.exit(3);
    if (command === 'stderr') process.stderr.write(`${argument}\n`);
    if (command === 'native') {
      yield token(0);
      pbkdf2Sync('x', 'y', 40_000_000, 64, 'sha512');
    }
    for (let id = 0; id < count && !signal.aborted; id++) {
      if (command === 'runs') block(20);
      else await pause(2);
      if (command === 'print') writeSync(1, `native says ${id}\n`);
      if (command === 'console') console.log(`console says ${id}`);
      if (!signal.aborted) yield token(id);
    }
    const weight = this.#adapters.get(request.adapter?.session ?? '')?.weight ?? 0;
    return {
      text: `${seen.join(' ')} | weight ${weight}`,
      promptTokens: [1, 2, 3],
      responseTokens: seen,
      finish: signal.aborted ? 'cancelled' : 'max-tokens',
      seed: request.sampling?.seed ?? 7,
      timings: { reusedTokens: 0, prefillMs: 1, decodeMs: 2 },
    };
  }

  async generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<Generation[]> {
    const results: Generation[] = [];
    for (const request of requests) {
      const events = this.generate(request, signal);
      for (;;) {
        const next = await events.next();
        if (!next.done) continue;
        results.push(next.value);
        break;
      }
    }
    return results;
  }

  async score(request: ScoreRequest): Promise<Score> {
    const text = 'text' in request.completion ? request.completion.text : '';
    const raw = 'text' in request.prompt;
    const weight = this.#adapters.get(request.adapter?.session ?? '')?.weight ?? 0;
    return {
      promptTokens: raw ? [1] : [100, 1],
      completionTokens: [...text].map((character) => character.codePointAt(0) ?? 0),
      logprobs: [...text].map(() => -1 + weight / 8),
    };
  }

  async update(request: UpdateRequest): Promise<UpdateReport> {
    const name = request.adapter[request.adapter.train] ?? '';
    if (!this.#adapters.has(name)) await this.adapters.create({ name, kind: request.adapter.train });
    const adapter = this.#adapters.get(name);
    const accepted = request.responseTokens.length > 1;
    if (adapter && accepted) {
      this.#adapters.set(name, { ...adapter, weight: adapter.weight + request.reward, updates: adapter.updates + 1 });
    }
    return report(request, accepted);
  }

  async dispose(): Promise<void> {
    this.#adapters.clear();
  }
}

function scriptedAdapters(adapters: Map<string, AdapterInfo & { weight: number }>): LocalModel['adapters'] {
  const get = (name: string) => {
    const adapter = adapters.get(name);
    if (adapter === undefined) throw scriptedError('scripted.no-adapter');
    return adapter;
  };
  const put = (adapter: AdapterInfo & { weight: number }): AdapterInfo => {
    adapters.set(adapter.name, adapter);
    return info(adapter);
  };
  return {
    list: async () => [...adapters.values()].map(info),
    create: async ({ name, kind, rank = 8, alpha = 16 }) =>
      put({ name, kind, rank, alpha, updates: 0, version: 0, weight: 0 }),
    load: async ({ name, kind, directory }) => {
      const config = JSON.parse(await readFile(join(directory, 'adapter_config.json'), 'utf8'));
      const weight = Number(await readFile(join(directory, 'adapter_model.safetensors'), 'utf8'));
      return put({ name, kind, rank: config.r, alpha: config.lora_alpha, updates: 0, version: 0, weight });
    },
    save: async ({ name, directory }) => {
      const { rank, alpha, weight } = get(name);
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'adapter_config.json'), JSON.stringify({ r: rank, lora_alpha: alpha }));
      await writeFile(join(directory, 'adapter_model.safetensors'), String(weight));
    },
    reset: async (name) => put({ ...get(name), weight: 0, updates: 0 }),
    drop: async (name) => {
      get(name);
      adapters.delete(name);
    },
  };
}

/** What was learnt for a workspace is a weight that every accepted answer of more than one token makes larger by 1. */
function scriptedWorkspace(adapters: Map<string, AdapterInfo & { weight: number }>): WorkspaceAdapters {
  const learnt = new Map<string, number>();
  const state = (key: string): WorkspaceAdapterState => {
    const versions = Array.from({ length: learnt.get(key) ?? 0 }, (_, index) => index + 1);
    const current = versions.at(-1);
    return {
      key,
      versions: versions.map((version) => ({
        version,
        created: '2026-01-01T00:00:00.000Z',
        updates: version,
        current: version === current,
      })),
      accepted: versions.length,
      notices: [],
    };
  };
  const change = async (key: string, versions: number): Promise<WorkspaceAdapterState> => {
    learnt.set(key, versions);
    return state(key);
  };
  return {
    open: async ({ key, name }) => {
      const weight = learnt.get(key) ?? 0;
      if (weight > 0)
        adapters.set(name, { name, kind: 'workspace', rank: 8, alpha: 16, updates: weight, version: weight, weight });
      return { loaded: weight > 0, state: state(key) };
    },
    accept: async ({ key, promptTokens, responseTokens, name }) => {
      const accepted = responseTokens.length > 1;
      const request = {
        adapter: { workspace: name, train: 'workspace' as const },
        promptTokens,
        responseTokens,
        reward: 1 as const,
      };
      if (!accepted) return { report: report(request, false), notices: [] };
      const version = (learnt.get(key) ?? 0) + 1;
      learnt.set(key, version);
      adapters.set(name, { name, kind: 'workspace', rank: 8, alpha: 16, updates: version, version, weight: version });
      return { report: report(request, true), version, notices: [] };
    },
    state: async (key) => state(key),
    revert: async (key) => change(key, Math.max(0, (learnt.get(key) ?? 0) - 1)),
    export: async ({ directory }) => {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'adapter_config.json'), JSON.stringify({ r: 8, lora_alpha: 16 }));
    },
    reset: async (key) => change(key, 0),
  };
}

function info({ name, kind, rank, alpha, updates, version }: AdapterInfo): AdapterInfo {
  return { name, kind, rank, alpha, updates, version };
}

function instruction({ prompt }: GenerateRequest): { command: string; argument: string } {
  const text = 'text' in prompt ? prompt.text : 'messages' in prompt ? (prompt.messages.at(-1)?.content ?? '') : '';
  const [command = '', ...rest] = text.trim().split(' ');
  return { command, argument: rest.join(' ') };
}

function scriptedError(code: string): RetuneError {
  return new RetuneError({
    code,
    what: 'It did not work.',
    why: 'The script says so.',
    remedy: 'Write another script.',
    data: { answer: 42 },
  });
}

function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function report(request: UpdateRequest, accepted: boolean): UpdateReport {
  return {
    accepted,
    reason: accepted ? null : 'kl-response',
    solver: request.options?.solver ?? 'one-step',
    alpha: accepted ? 1 : 0,
    halvings: accepted ? 0 : 6,
    deltaNorm: 0.5,
    relativeWeightChange: 0.001,
    logProbBefore: -10,
    logProbAfter: accepted ? -11 : -10,
    klResponse: 0.01,
    klAnchors: 0.001,
    entropyBefore: 1.5,
    entropyAfter: 1.4,
    cgIterations: 0,
    cgResidual: 0,
    lambda: 0,
    promptTokens: request.promptTokens.length,
    responseTokens: request.responseTokens.length,
    milliseconds: 5,
  };
}

function describe(options: OpenModelOptions): ModelInfo {
  return {
    directory: options.directory,
    capabilities: allCapabilities,
    architecture: 'ScriptedForTests',
    parameters: 1_000_000,
    hiddenSize: 64,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headSize: 16,
    intermediateSize: 128,
    vocabSize: 256,
    contextLength: 512,
    tiedEmbeddings: true,
    dtype: options.dtype ?? 'int8',
    provider: 'cpu',
    providerReason: 'scripted',
    threads: 1,
    hasChatTemplate: true,
    thinks: false,
    memory: { weights: 1, decode: 2, update: 3, available: 4 },
    loadMs: 1,
    warmCache: true,
  };
}
