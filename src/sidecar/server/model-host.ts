import { join } from 'node:path';
import type { LocalModel } from '../../engine/runtime/local-model-types.ts';
import type { AdapterInfo } from '../../policy/adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import type { OpenProgress } from '../../policy/open-options.ts';
import type { UpdateReport, UpdateRequest } from '../../policy/update.ts';
import type { AcceptReport, WorkspaceAdapterState } from '../../policy/workspace-adapters.ts';
import { cancelled, isCancelled } from '../../shared/errors/cancelled.ts';
import { badModelName, modelAlreadyOpen, modelNotOpen } from '../errors.ts';
import { cancelledGeneration } from '../protocol/cancellation.ts';
import type { OpenParams, OpenResult, WorkspaceAcceptParams, WorkspaceOpenParams } from '../protocol/protocol.ts';
import { AdapterJournal } from './adapter-journal.ts';
import type { Engine } from './engine.ts';
import { SerialQueue } from './serial-queue.ts';

/** It becomes a folder of the state directory. */
const namePattern = /^[A-Za-z0-9-]{1,64}$/;

interface Opened {
  readonly model: LocalModel;
  readonly queue: SerialQueue;
  readonly journal: AdapterJournal;
}

export interface ModelHostHooks {
  adaptersChanged(model: string, adapters: readonly AdapterInfo[]): void;
  warn(message: string): void;
}

/** All models of the process, each with its queue and its adapters' journal. Lives in the worker. */
export class ModelHost {
  readonly #stateDirectory: string;
  readonly #adaptersDirectory: string;
  readonly #hooks: ModelHostHooks;
  readonly #opened = new Map<string, Opened>();
  readonly #opening = new Set<string>();

  /** @param directories `state`: of this connection, gone with it; `adapters`: workspace adapters, which stay. */
  constructor(directories: { readonly state: string; readonly adapters: string }, hooks: ModelHostHooks) {
    this.#stateDirectory = directories.state;
    this.#adaptersDirectory = directories.adapters;
    this.#hooks = hooks;
  }

  async open(
    engine: Engine,
    params: OpenParams,
    onProgress: (progress: OpenProgress) => void,
    signal: AbortSignal,
  ): Promise<OpenResult> {
    const name = params.model;
    if (typeof name !== 'string' || !namePattern.test(name)) throw badModelName(String(name));
    if (this.#opened.has(name) || this.#opening.has(name)) throw modelAlreadyOpen(name);
    this.#opening.add(name);
    try {
      const model = await engine.openModel(
        params.options,
        { onProgress, adaptersDirectory: this.#adaptersDirectory },
        signal,
      );
      try {
        return await this.#restored(name, model, params.restore, signal);
      } catch (error) {
        await model.dispose();
        throw error;
      }
    } finally {
      this.#opening.delete(name);
    }
  }

  async #restored(name: string, model: LocalModel, restore: boolean, signal: AbortSignal): Promise<OpenResult> {
    const journal = new AdapterJournal(join(this.#stateDirectory, name), model);
    if (!restore) await journal.clear();
    const lost = restore ? await journal.restore(this.#hooks.warn) : [];
    const adapters = await model.adapters.list();
    if (signal.aborted) throw cancelled('Opening the model');
    this.#opened.set(name, { model, queue: new SerialQueue(), journal });
    return { info: model.info, adapters, lost };
  }

  close(name: string, signal: AbortSignal): Promise<null> {
    return this.#queued(name, signal, async ({ model, journal }) => {
      this.#opened.delete(name);
      await model.dispose();
      await journal.clear();
      return null;
    });
  }

  /** Resolves with finish `cancelled`, never rejects with it. */
  async generate(
    name: string,
    request: GenerateRequest,
    onEvent: (event: GenerationEvent) => void,
    signal: AbortSignal,
  ): Promise<Generation> {
    try {
      return await this.#queued(name, signal, async ({ model }) => {
        const events = model.generate(request, signal);
        for (;;) {
          const next = await events.next();
          if (next.done) return next.value;
          onEvent(next.value);
        }
      });
    } catch (error) {
      if (isCancelled(error)) return cancelledGeneration(request);
      throw error;
    }
  }

  /** Anything that neither changes adapters nor streams. */
  run<T>(name: string, task: (model: LocalModel) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#queued(name, signal, ({ model }) => task(model));
  }

  update(name: string, request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport> {
    return this.#queued(name, signal, async (opened) => {
      const report = await opened.model.update(request, signal);
      // An adapter without a name is called after its kind.
      const trained = request.adapter[request.adapter.train] ?? request.adapter.train;
      // A roll-back changes no weights, but it counts: two in a row end the weight updates of a session.
      if (report.reason !== 'disabled') {
        await this.#record(opened, { name: trained, kind: request.adapter.train });
      }
      await this.#announce(name, opened.model);
      return report;
    });
  }

  /** What needs no run of the model, so that it need not wait for one. */
  ask<T>(name: string, question: (model: LocalModel) => Promise<T>): Promise<T> {
    return question(this.#get(name).model);
  }

  openWorkspace(
    { model, key, name }: WorkspaceOpenParams,
    signal: AbortSignal,
  ): Promise<{ readonly loaded: boolean; readonly state: WorkspaceAdapterState }> {
    return this.#queued(model, signal, async (opened) => {
      const result = await opened.model.workspace.open({ key, name });
      await this.#bind(opened, name, key);
      await this.#announce(model, opened.model);
      return result;
    });
  }

  acceptAnswer({ model, ...spec }: WorkspaceAcceptParams, signal: AbortSignal): Promise<AcceptReport> {
    return this.#queued(model, signal, async (opened) => {
      const report = await opened.model.workspace.accept(spec, signal);
      if (report.version !== undefined) await this.#bind(opened, spec.name, spec.key);
      await this.#announce(model, opened.model);
      return report;
    });
  }

  /** Revert and reset: adapters loaded from the workspace follow. */
  changeWorkspace<T>(
    name: string,
    change: (workspace: LocalModel['workspace']) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#queued(name, signal, async ({ model }) => {
      const result = await change(model.workspace);
      await this.#announce(name, model);
      return result;
    });
  }

  /** Create, load, reset: the adapter that comes out is recorded. */
  changeAdapter(
    name: string,
    change: (adapters: LocalModel['adapters']) => Promise<AdapterInfo>,
    signal: AbortSignal,
  ): Promise<AdapterInfo> {
    return this.#queued(name, signal, async (opened) => {
      const info = await change(opened.model.adapters);
      await this.#record(opened, info);
      await this.#announce(name, opened.model);
      return info;
    });
  }

  dropAdapter(name: string, adapter: string, signal: AbortSignal): Promise<null> {
    return this.#queued(name, signal, async ({ model, journal }) => {
      await model.adapters.drop(adapter);
      await journal.forget(adapter);
      await this.#announce(name, model);
      return null;
    });
  }

  #queued<T>(name: string, signal: AbortSignal, task: (opened: Opened) => Promise<T>): Promise<T> {
    const waitingFor = this.#get(name);
    return waitingFor.queue.run(() => {
      // It may have been closed while this request waited.
      if (!this.#opened.has(name)) throw modelNotOpen(name, [...this.#opened.keys()]);
      return task(waitingFor);
    }, signal);
  }

  #get(name: string): Opened {
    const opened = this.#opened.get(name);
    if (opened === undefined) throw modelNotOpen(name, [...this.#opened.keys()]);
    return opened;
  }

  /** The step itself succeeded, so a full disk is worth a warning, not a failure. */
  async #record(opened: Opened, adapter: Pick<AdapterInfo, 'name' | 'kind'>): Promise<void> {
    await this.#safely(adapter.name, opened.journal.record(adapter));
  }

  async #bind(opened: Opened, name: string, key: string): Promise<void> {
    await this.#safely(name, opened.journal.bind(name, key));
  }

  async #safely(name: string, recorded: Promise<void>): Promise<void> {
    try {
      await recorded;
    } catch (error) {
      this.#hooks.warn(`The adapter “${name}” would not survive a crash: ${String(error)}`);
    }
  }

  async #announce(name: string, model: LocalModel): Promise<void> {
    this.#hooks.adaptersChanged(name, await model.adapters.list());
  }
}
