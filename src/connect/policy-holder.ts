import type { ConnectHooks, OpenedPolicy } from './engine.ts';
import { openPolicy } from './open-policy.ts';
import type { PolicySettings } from './settings.ts';

/** At most one open model: opened with the first request, and another one when the settings have changed. */
export class PolicyHolder implements AsyncDisposable {
  #held: { readonly key: string; readonly opened: OpenedPolicy } | undefined;
  #opening: { readonly result: Promise<OpenedPolicy>; readonly abandon: AbortController } | undefined;

  /**
   * One request at a time.
   * @throws RetuneError why it cannot be opened
   */
  async open(settings: PolicySettings, hooks: ConnectHooks, signal: AbortSignal): Promise<OpenedPolicy> {
    const key = JSON.stringify(settings);
    if (this.#held?.key === key) {
      // The process may have been stopped since; opening the model again belongs to this request, which can be stopped.
      await this.#held.opened.ready(signal);
      return this.#held.opened;
    }
    // Two models at a time may be more than memory holds.
    await this.close();
    const abandon = new AbortController();
    const result = openPolicy(settings, hooks, AbortSignal.any([signal, abandon.signal]));
    this.#opening = { result, abandon };
    try {
      const opened = await result;
      this.#held = { key, opened };
      return opened;
    } finally {
      this.#opening = undefined;
    }
  }

  /** Closes what is open, and ends an opening that is in progress. */
  async close(): Promise<void> {
    this.#opening?.abandon.abort();
    await Promise.allSettled([this.#opening?.result]);
    const held = this.#held;
    this.#held = undefined;
    await held?.opened.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
