import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Policy } from '../agent/policy.ts';
import { noModel } from '../shared/errors/extension.ts';
import type { OpenModelOptions, OpenProgress } from '../shared/model-types.ts';
import type { RemotePolicy } from '../sidecar/client/remote-policy.ts';
import { SidecarClient } from '../sidecar/client/sidecar-client.ts';
import { readSetting } from './settings.ts';

/** The sidecar holds the model's memory; it is given back when nobody asked for anything for so long. */
const idleStopMs = 5 * 60_000;

/** The model of this window: its sidecar is started with the first request, and again when settings have changed. */
export class Model {
  readonly #log: vscode.LogOutputChannel;
  readonly #embedded: string;
  #client: { readonly command: string; readonly value: SidecarClient } | undefined;
  #opened: { readonly key: string; readonly policy: RemotePolicy } | undefined;

  /** @param embedded where the demonstration model lies, in builds that have one */
  constructor(log: vscode.LogOutputChannel, embedded: string) {
    this.#log = log;
    this.#embedded = embedded;
  }

  /** Whether the developer named a model. */
  get named(): boolean {
    return readSetting('model.directory', this.#log).trim() !== '';
  }

  /** @throws RetuneError `extension.no-model`, and whatever opening a model may say */
  async open(onProgress: (progress: OpenProgress) => void, signal: AbortSignal): Promise<Policy> {
    const options = this.#options();
    const client = await this.#clientFor(readSetting('sidecar.command', this.#log));
    const key = JSON.stringify(options);
    if (this.#opened?.key === key) return this.#opened.policy;
    const previous = this.#opened?.policy;
    this.#opened = undefined;
    // Two models at a time may be more than memory holds.
    await previous?.close();
    this.#log.info(`Opening ${options.directory} (${options.dtype}, ${options.provider}).`);
    const policy = await client.openModel(options, { onProgress }, signal);
    const { parameters, provider, providerReason, threads, loadMs } = policy.info;
    this.#log.info(
      `Model: ${parameters} parameters on ${provider} (${providerReason}), ${threads} threads, ${loadMs} ms.`,
    );
    this.#opened = { key, policy };
    return policy;
  }

  /** Ends the sidecar; its journal keeps adapters of sessions that were not decided. */
  async close(): Promise<void> {
    const client = this.#client?.value;
    this.#client = undefined;
    this.#opened = undefined;
    await client?.stop();
  }

  #options(): OpenModelOptions {
    return {
      directory: this.#directory(),
      dtype: readSetting('model.dtype', this.#log),
      provider: readSetting('provider', this.#log),
    };
  }

  #directory(): string {
    const named = readSetting('model.directory', this.#log).trim();
    if (named !== '') return named;
    if (!existsSync(path.join(this.#embedded, 'config.json'))) throw noModel();
    this.#log.warn(
      'The embedded model is a demonstration: it knows small JavaScript functions. For a real one, set retune.model.directory.',
    );
    return this.#embedded;
  }

  async #clientFor(words: readonly string[]): Promise<SidecarClient> {
    const command = JSON.stringify(words);
    if (this.#client?.command === command) return this.#client.value;
    await this.close();
    const log = this.#log;
    const value = new SidecarClient(
      { clientName: `vscode ${vscode.version}`, idleStopMs, ...(words.length > 0 && { command: words }) },
      {
        log: (level, message) => log[level](`[model process] ${message}`),
        output: (text) => log.debug(`[model process] ${text.trimEnd()}`),
        state: (state, error) => {
          if (error === undefined) log.info(`Model process: ${state}.`);
          else log.error(`Model process: ${state}. ${error.message}`);
        },
      },
    );
    this.#client = { command, value };
    return value;
  }
}
