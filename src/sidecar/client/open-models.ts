import type { OpenModelOptions, OpenProgress } from '../../policy/open-options.ts';
import { methodType, toParams } from '../protocol/methods.ts';
import * as protocol from '../protocol/protocol.ts';
import { isModelGone } from './errors.ts';
import { send } from './send.ts';
import type { SidecarProcess } from './sidecar-process.ts';

/** What a client keeps of a model across the ends of its process. */
export interface RememberedModel {
  readonly options: OpenModelOptions;
  /** Adapters that were dropped while the model was not open; the journal still has them. */
  readonly dropped: Set<string>;
}

interface Opening {
  readonly result: Promise<protocol.OpenResult>;
  /** Ends an opening that nobody wants any more. */
  readonly abandon: AbortController;
  done: boolean;
}

type Log = (level: protocol.LogLevel, message: string) => void;

/** The models that are open, or being opened, in one running process. */
export class OpenModels {
  readonly #process: SidecarProcess;
  readonly #log: Log;
  readonly #openings = new Map<string, Opening>();

  constructor(process: SidecarProcess, log: Log) {
    this.#process = process;
    this.#log = log;
  }

  /** Whether requests that name it are answered without opening it first. */
  isOpen(model: string): boolean {
    return this.#openings.get(model)?.done === true;
  }

  /** For the first time: without the adapters that a journal may have. */
  open(
    model: string,
    options: OpenModelOptions,
    onProgress: ((progress: OpenProgress) => void) | undefined,
    signal: AbortSignal,
  ): Promise<protocol.OpenResult> {
    return this.#begin(model, (opening) => {
      const either = AbortSignal.any([signal, opening.abandon.signal]);
      return this.#request(model, options, false, onProgress, either);
    });
  }

  /** Waits until it is open with its adapters, and opens it where it is not. Not bound to the request that comes first. */
  reopen(model: string, { options, dropped }: RememberedModel): Promise<protocol.OpenResult> {
    const known = this.#openings.get(model);
    if (known !== undefined) return known.result;
    this.#log('info', `Opening ${options.directory} again, with its adapters.`);
    return this.#begin(model, async (opening) => {
      const { signal } = opening.abandon;
      const result = await this.#request(model, options, true, undefined, signal);
      for (const name of dropped) {
        await this.drop(model, name, signal).catch((error: unknown) => {
          if (isModelGone(error)) throw error;
          this.#log('warn', `The adapter “${name}” could not be dropped: ${String(error)}`);
        });
        dropped.delete(name);
      }
      // In the same step as the end of the loop, so that no name is added in between.
      opening.done = true;
      return result;
    });
  }

  /** Its worker ended, and the process has forgotten it. */
  forget(model: string): void {
    if (this.isOpen(model)) this.#openings.delete(model);
  }

  async close(model: string): Promise<void> {
    const opening = this.#openings.get(model);
    if (opening === undefined) return;
    this.#openings.delete(model);
    opening.abandon.abort();
    const [opened] = await Promise.allSettled([opening.result]);
    if (opened.status === 'rejected') return;
    try {
      await this.#process.request(protocol.ModelClose.type, { model });
    } catch (error) {
      if (!isModelGone(error)) throw error;
    }
  }

  async drop(model: string, name: string, signal: AbortSignal): Promise<void> {
    const params = () => ({ model, ...toParams('adapters.drop', name) });
    await send(this.#process, methodType('adapters.drop'), params, undefined, signal);
  }

  #begin(model: string, work: (opening: Opening) => Promise<protocol.OpenResult>): Promise<protocol.OpenResult> {
    const { promise, resolve } = Promise.withResolvers<protocol.OpenResult>();
    const opening: Opening = { result: promise, abandon: new AbortController(), done: false };
    this.#openings.set(model, opening);
    const working = work(opening);
    resolve(working);
    working.then(
      () => {
        opening.done = true;
      },
      () => {
        if (this.#openings.get(model) === opening) this.#openings.delete(model);
      },
    );
    return promise;
  }

  async #request(
    model: string,
    options: OpenModelOptions,
    restore: boolean,
    onProgress: ((progress: OpenProgress) => void) | undefined,
    signal: AbortSignal,
  ): Promise<protocol.OpenResult> {
    const result = await send(
      this.#process,
      protocol.ModelOpen.type,
      (token) => ({ model, options, restore, ...(token !== undefined && { progressToken: token }) }),
      onProgress && { type: protocol.ModelOpen.progress, on: onProgress },
      signal,
    );
    for (const { name, why } of result.lost) {
      this.#log('warn', `The adapter “${name}” could not be restored: ${why}.`);
    }
    return result;
  }
}
