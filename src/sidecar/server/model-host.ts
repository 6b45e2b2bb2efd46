import { join } from 'node:path';
import type { LocalModel } from '../../engine/runtime/local-model-types.ts';
import type { AdapterInfo } from '../../policy/adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import type { OpenProgress } from '../../policy/open-options.ts';
import { cancelled, isCancelled } from '../../shared/errors/cancelled.ts';
import { SerialQueue } from '../../shared/serial-queue.ts';
import { cancelledGeneration } from '../protocol/cancelled-generation.ts';
import { type Argument, functionOf, type MethodName, methods, type Result } from '../protocol/methods.ts';
import type { OpenParams, OpenResult } from '../protocol/protocol.ts';
import { type AdapterChange, adapterChange } from './adapter-changes.ts';
import { AdapterJournal } from './adapter-journal.ts';
import type { Engine } from './engine.ts';
import { badModelName, modelAlreadyOpen, modelNotOpen } from './errors.ts';

/** It becomes a folder of the state directory. */
const namePattern = /^[A-Za-z0-9-]{1,64}$/;

interface HostedModel {
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
  readonly #opened = new Map<string, HostedModel>();
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

  /**
   * Calls a function of the model, in its turn where it has to wait for the others. A generation resolves with finish
   * `cancelled` and never rejects with it.
   */
  async call<K extends MethodName>(
    name: K,
    model: string,
    argument: Argument<K>,
    onEvent: (event: GenerationEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<K>> {
    if (methods[name].answered !== 'queued') return perform(name, this.#get(model).model, argument, onEvent, signal);
    try {
      return await this.#queued(model, signal, async (opened) => {
        const result = await perform(name, opened.model, argument, onEvent, signal);
        const change = adapterChange(name, argument, result);
        if (change !== undefined) {
          await this.#keep(opened, change);
          this.#hooks.adaptersChanged(model, await opened.model.adapters.list());
        }
        return result;
      });
    } catch (error) {
      if (name !== 'generate' || !isCancelled(error)) throw error;
      return cancelledGeneration(argument as GenerateRequest) as Result<K>;
    }
  }

  #queued<T>(name: string, signal: AbortSignal, task: (opened: HostedModel) => Promise<T>): Promise<T> {
    const waitingFor = this.#get(name);
    return waitingFor.queue.run(() => {
      // It may have been closed while this request waited.
      if (!this.#opened.has(name)) throw modelNotOpen(name, [...this.#opened.keys()]);
      return task(waitingFor);
    }, signal);
  }

  #get(name: string): HostedModel {
    const opened = this.#opened.get(name);
    if (opened === undefined) throw modelNotOpen(name, [...this.#opened.keys()]);
    return opened;
  }

  /** The step itself succeeded, so a full disk is worth a warning, not a failure. */
  async #keep({ journal }: HostedModel, change: AdapterChange): Promise<void> {
    switch (change.kind) {
      case 'written':
        return this.#safely(change.adapter.name, journal.record(change.adapter));
      case 'bound':
        return this.#safely(change.name, journal.bind(change.name, change.key));
      case 'dropped':
        return journal.forget(change.name);
      case 'none':
        return;
    }
  }

  async #safely(name: string, recorded: Promise<void>): Promise<void> {
    try {
      await recorded;
    } catch (error) {
      this.#hooks.warn(`The adapter “${name}” would not survive a crash: ${String(error)}`);
    }
  }
}

/** The function's result; what a generation yields goes to `onEvent`. */
async function perform<K extends MethodName>(
  name: K,
  model: LocalModel,
  argument: Argument<K>,
  onEvent: (event: GenerationEvent) => void,
  signal: AbortSignal,
): Promise<Result<K>> {
  const returned: unknown = functionOf(model, name)(argument, signal);
  if (name !== 'generate') return (await returned) as Result<K>;
  const events = returned as AsyncGenerator<GenerationEvent, Generation>;
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value as Result<K>;
    onEvent(next.value);
  }
}
