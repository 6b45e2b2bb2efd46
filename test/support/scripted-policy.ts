import { promptVersion } from '../../src/agent/prompts/version.ts';
import type { AdapterInfo } from '../../src/policy/adapters.ts';
import { allCapabilities, type Capabilities } from '../../src/policy/capabilities.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../src/policy/generation.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { UpdateReport, UpdateRequest } from '../../src/policy/update.ts';
import type { AcceptReport, WorkspaceAdapterState } from '../../src/policy/workspace-adapters.ts';

export interface Script {
  /** The answer of each turn's attempt, in order; the last one repeats. A function may wait for the signal. */
  readonly answers: readonly (string | ((signal: AbortSignal) => Promise<string>))[];
  /** What the critic says, in order; the last one repeats. Default: nothing that could be used. */
  readonly critic?: readonly (string | ((signal: AbortSignal) => Promise<string>))[];
  /** Reports of updates, in order; the last one repeats. */
  readonly updates?: readonly (Partial<UpdateReport> | ((signal: AbortSignal) => Promise<Partial<UpdateReport>>))[];
  readonly contextLength?: number;
  readonly parameters?: number;
  /** It knows none of our prompts, so that what it writes is generated under a format. */
  readonly guided?: boolean;
  readonly capabilities?: Capabilities;
}

/** A policy that says what it is told to, for tests of the loop alone. It notes everything it was asked. */
export class ScriptedPolicy implements Policy {
  readonly info;
  readonly requests: GenerateRequest[] = [];
  readonly critiques: GenerateRequest[] = [];
  readonly updated: UpdateRequest[] = [];
  readonly accepted: unknown[] = [];
  readonly created: string[] = [];
  readonly dropped: string[] = [];
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
    this.info = {
      capabilities: script.capabilities ?? allCapabilities,
      contextLength: script.contextLength ?? 8192,
      parameters: script.parameters ?? 5e8,
      ...(script.guided !== true && { trainedPrompts: promptVersion }),
      ...(script.guided !== true && { trainedPrompts: promptVersion }),
    };
  }

  countTokens = async (prompt: unknown): Promise<number> => Math.ceil(JSON.stringify(prompt).length / 4);

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    const isAttempt = 'messages' in request.prompt && request.prompt.messages[0]?.content.startsWith('You fix code');
    const asked = isAttempt ? this.requests : this.critiques;
    asked.push(request);
    const texts = (isAttempt ? this.#script.answers : this.#script.critic) ?? ['?'];
    const text = await said(texts, asked.length, signal);
    yield { kind: 'token', id: 0, text };
    return {
      text,
      promptTokens: [asked.length, 1, 2, 3],
      responseTokens: [4, 5, 6],
      finish: signal.aborted ? 'cancelled' : 'stop-token',
      seed: request.sampling?.seed ?? 0,
      timings: { reusedTokens: 0, prefillMs: 0, decodeMs: 0 },
    };
  }

  async generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<readonly Generation[]> {
    return Promise.all(requests.map((request) => finished(this.generate(request, signal))));
  }

  score = async (): Promise<never> => {
    throw new Error('The loop never scores.');
  };

  async update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport> {
    this.updated.push(request);
    const reports = this.#script.updates ?? [{}];
    return { ...acceptedReport, ...(await said(reports, this.updated.length, signal)) };
  }

  readonly adapters = {
    list: async (): Promise<readonly AdapterInfo[]> => [],
    create: async ({ name, kind }: Pick<AdapterInfo, 'name' | 'kind'>): Promise<AdapterInfo> => {
      this.created.push(name);
      return { name, kind, rank: 8, alpha: 16, updates: 0, version: 0 };
    },
    load: async ({ name, kind }: Pick<AdapterInfo, 'name' | 'kind'>): Promise<AdapterInfo> => {
      this.created.push(name);
      return { name, kind, rank: 8, alpha: 16, updates: 0, version: 0 };
    },
    save: async (): Promise<void> => undefined,
    reset: async (name: string): Promise<AdapterInfo> => {
      return { name, kind: 'session', rank: 8, alpha: 16, updates: 0, version: 0 };
    },
    drop: async (name: string): Promise<void> => {
      this.dropped.push(name);
    },
  };

  readonly workspace = {
    open: async ({ key }: { readonly key: string }) => ({ loaded: false, state: emptyState(key) }),
    accept: async (spec: unknown): Promise<AcceptReport> => {
      this.accepted.push(spec);
      return { report: acceptedReport, version: this.accepted.length, notices: [] };
    },
    state: async (key: string) => emptyState(key),
    revert: async (key: string) => emptyState(key),
    export: async (): Promise<void> => undefined,
    reset: async (key: string) => emptyState(key),
  };
}

async function said<T>(
  script: readonly (T | ((signal: AbortSignal) => Promise<T>))[],
  times: number,
  signal: AbortSignal,
): Promise<T> {
  const line = script[Math.min(times, script.length) - 1] as T | ((signal: AbortSignal) => Promise<T>);
  return typeof line === 'function' ? (line as (signal: AbortSignal) => Promise<T>)(signal) : line;
}

/** Waits until the signal fires. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function finished(events: AsyncGenerator<GenerationEvent, Generation>): Promise<Generation> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

function emptyState(key: string): WorkspaceAdapterState {
  return { key, versions: [], accepted: 0, notices: [] };
}

const acceptedReport: UpdateReport = {
  accepted: true,
  reason: null,
  solver: 'gauss-newton',
  alpha: 1,
  halvings: 0,
  deltaNorm: 0.1,
  relativeWeightChange: 0.001,
  logProbBefore: -10,
  logProbAfter: -12,
  klResponse: 0.01,
  klAnchors: 0.001,
  entropyBefore: 1,
  entropyAfter: 1,
  cgIterations: 5,
  cgResidual: 0.01,
  lambda: 1,
  promptTokens: 4,
  responseTokens: 3,
  milliseconds: 1,
};
