import type { MessagePort, Worker } from 'node:worker_threads';
import { cancelled } from '../../shared/errors/cancelled.ts';
import { fromJson, RetuneError, type RetuneErrorJson } from '../../shared/errors/retune-error.ts';
import { unexpected } from '../errors.ts';

/** What one side answers: each method takes one parameter of plain JSON and a signal. */
export type Answers = Record<string, (params: never, signal: AbortSignal) => unknown>;

type Params<T extends Answers, K extends keyof T> = Parameters<T[K]>[0];
type Result<T extends Answers, K extends keyof T> = Awaited<ReturnType<T[K]>>;

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: RetuneErrorJson }
  | { readonly kind: 'notice'; readonly method: string; readonly params: unknown };

/**
 * Typed calls between two threads, both ways, with cancellation. `Theirs` is what the other side answers, `Ours` what we do.
 * Errors arrive as RetuneErrors with their code.
 */
export class Link<Theirs extends Answers, Ours extends Answers> {
  readonly #port: Pick<MessagePort | Worker, 'postMessage' | 'on'>;
  readonly #ours: Ours;
  readonly #waiting = new Map<number, PromiseWithResolvers<never>>();
  readonly #working = new Map<number, AbortController>();
  #last = 0;
  #ended: RetuneError | undefined;

  constructor(port: Pick<MessagePort | Worker, 'postMessage' | 'on'>, ours: Ours) {
    this.#port = port;
    this.#ours = ours;
    port.on('message', (message: Message) => this.#receive(message));
  }

  /** Rejects with what the other side threw, also after the signal has fired: it decides when it has stopped. */
  async call<K extends keyof Theirs & string>(
    method: K,
    params: Params<Theirs, K>,
    signal?: AbortSignal,
  ): Promise<Result<Theirs, K>> {
    if (this.#ended !== undefined) throw this.#ended;
    if (signal?.aborted) throw cancelled();
    const id = ++this.#last;
    const waiting = Promise.withResolvers<never>();
    this.#waiting.set(id, waiting);
    const cancel = () => this.#send({ kind: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    this.#send({ kind: 'call', id, method, params });
    try {
      return await waiting.promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Asks for no answer. */
  notify<K extends keyof Theirs & string>(method: K, params: Params<Theirs, K>): void {
    this.#send({ kind: 'notice', method, params });
  }

  /** The other side is gone: whatever waits for it is told so, and nobody waits for what it asked. */
  end(error: RetuneError): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    for (const controller of this.#working.values()) controller.abort();
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'call':
        void this.#answer(message);
        return;
      case 'notice':
        void this.#perform(message.method, message.params, new AbortController().signal);
        return;
      case 'cancel':
        this.#working.get(message.id)?.abort();
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.result as never);
        return;
      case 'error':
        this.#take(message.id)?.reject(message.error.code === 'cancelled' ? cancelled() : fromJson(message.error));
        return;
    }
  }

  async #answer({ id, method, params }: Extract<Message, { kind: 'call' }>): Promise<void> {
    const controller = new AbortController();
    this.#working.set(id, controller);
    try {
      this.#send({ kind: 'result', id, result: await this.#perform(method, params, controller.signal) });
    } catch (error) {
      this.#send({ kind: 'error', id, error: fieldsOf(error) });
    } finally {
      this.#working.delete(id);
    }
  }

  async #perform(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    const answer = this.#ours[method] as ((params: unknown, signal: AbortSignal) => unknown) | undefined;
    if (answer === undefined) throw new Error(`There is no method ${method}`);
    return answer(params, signal);
  }

  #take(id: number): PromiseWithResolvers<never> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #send(message: Message): void {
    this.#port.postMessage(message);
  }
}

function fieldsOf(error: unknown): RetuneErrorJson {
  return (error instanceof RetuneError ? error : unexpected(error)).toJSON();
}
