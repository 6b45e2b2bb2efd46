import type { Adapters } from '../../policy/adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Prompt } from '../../policy/prompt.ts';
import type { Score, ScoreRequest } from '../../policy/score.ts';
import type { UpdateReport, UpdateRequest } from '../../policy/update.ts';
import type { WorkspaceAdapters } from '../../policy/workspace-adapters.ts';
import { isCancelled } from '../../shared/errors/cancelled.ts';
import { EventQueue } from '../../shared/event-queue.ts';
import { cancelledGeneration } from '../protocol/cancellation.ts';
import * as protocol from '../protocol/protocol.ts';
import { remoteAdapters } from './remote-adapters.ts';
import { remoteWorkspace } from './remote-workspace.ts';
import type { SidecarClient } from './sidecar-client.ts';

/** A model in the sidecar. Paths in its arguments are of the machine the sidecar runs on. */
export class RemotePolicy implements Policy {
  readonly info: ModelInfo;
  readonly adapters: Adapters;
  readonly workspace: WorkspaceAdapters;
  readonly #client: SidecarClient;
  readonly #model: string;

  constructor(client: SidecarClient, model: string, info: ModelInfo) {
    this.#client = client;
    this.#model = model;
    this.info = info;
    this.adapters = remoteAdapters(client, model);
    this.workspace = remoteWorkspace(client, model);
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    const model = this.#model;
    return this.#client.call(protocol.ModelCountTokens.type, () => ({ model, prompt }), { model }, signal);
  }

  /**
   * Streams events; returns the generation, with finish `cancelled` when the signal fired. Leaving the iteration
   * early cancels it too, and waits until the sidecar has stopped, so that the next request need not queue behind it.
   */
  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    const events = new EventQueue<GenerationEvent>();
    const left = new AbortController();
    const generation = this.#client
      .call(
        protocol.ModelGenerate.type,
        (progressToken) => ({ model: this.#model, request, ...(progressToken === undefined ? {} : { progressToken }) }),
        { model: this.#model, progress: { type: protocol.ModelGenerate.progress, on: (event) => events.push(event) } },
        AbortSignal.any([signal, left.signal]),
      )
      .catch((error: unknown) => {
        if (isCancelled(error)) return cancelledGeneration(request);
        throw error;
      })
      .finally(() => events.close());
    // While the consumer is busy with an event a failure must not count as unhandled; it is thrown below.
    generation.catch(() => undefined);
    try {
      yield* events;
      return await generation;
    } finally {
      left.abort();
      await Promise.allSettled([generation]);
    }
  }

  /** Rejects with `cancelled` when the signal fires. */
  async generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<readonly Generation[]> {
    const model = this.#model;
    return this.#client.call(protocol.ModelGenerateBatch.type, () => ({ model, requests }), { model }, signal);
  }

  async score(request: ScoreRequest, signal: AbortSignal): Promise<Score> {
    const model = this.#model;
    return this.#client.call(protocol.ModelScore.type, () => ({ model, request }), { model }, signal);
  }

  async update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport> {
    const model = this.#model;
    return this.#client.call(protocol.ModelUpdate.type, () => ({ model, request }), { model }, signal);
  }

  /** Resolves when requests are answered at once: a process that has ended is started again, and the model opened in it. */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#client.ensureOpen(this.#model, signal);
  }

  /** Releases the model's memory and its adapters. */
  async close(): Promise<void> {
    await this.#client.closeModel(this.#model);
  }
}
