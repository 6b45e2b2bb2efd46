import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Policy } from '../../policy/policy.ts';
import { embeddedModelNotice } from '../../shared/embedded-model.ts';
import type { RemotePolicy } from '../../sidecar/client/remote-policy.ts';
import { SidecarClient } from '../../sidecar/client/sidecar-client.ts';
import { noModel, noRemoteModel } from '../errors.ts';
import type { LogLevel, ModelSettings } from './protocol.ts';

type Log = (level: LogLevel, text: string) => void;

/** The sidecar holds the model's memory; it is given back when nobody asked for anything for so long. */
const idleStopMs = 5 * 60_000;

/** The model of this window: its sidecar is started with the first request, and again when settings have changed. */
export class SessionModel {
  readonly #log: Log;
  #client: { readonly command: string; readonly value: SidecarClient } | undefined;
  #opened: { readonly key: string; readonly policy: RemotePolicy } | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** @throws RetuneError `extension.no-model`, `extension.no-remote-model`, and whatever opening a model may say */
  async open({ directory, embedded, command, client, ...rest }: ModelSettings, signal: AbortSignal): Promise<Policy> {
    if (directory === '' && command.length > 0) throw noRemoteModel(command);
    const options = { ...rest, directory: directory === '' ? this.#embedded(embedded) : directory };
    const sidecar = await this.#sidecar(command, client);
    const key = JSON.stringify(options);
    if (this.#opened?.key === key) {
      // The process may have been stopped since; opening the model again belongs to this request, which can be stopped.
      await this.#opened.policy.ready(signal);
      return this.#opened.policy;
    }
    const previous = this.#opened?.policy;
    this.#opened = undefined;
    // Two models at a time may be more than memory holds.
    await previous?.close();
    this.#log('info', `Opening ${options.directory} (${options.dtype}, ${options.provider}).`);
    const onProgress = ({ stage, fraction }: { readonly stage: string; readonly fraction?: number }) =>
      this.#log('debug', `Opening: ${stage}${fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`}`);
    const policy = await sidecar.openModel(options, { onProgress }, signal);
    const { parameters, provider, providerReason, threads, loadMs } = policy.info;
    this.#log('info', `${parameters} parameters on ${provider} (${providerReason}), ${threads} threads, ${loadMs} ms.`);
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

  #embedded(directory: string): string {
    if (!existsSync(path.join(directory, 'config.json'))) throw noModel();
    this.#log('warn', `${embeddedModelNotice} Name a real one in the setting retune.model.directory.`);
    return directory;
  }

  async #sidecar(words: readonly string[], clientName: string): Promise<SidecarClient> {
    const command = JSON.stringify(words);
    if (this.#client?.command === command) {
      const known = this.#client.value;
      // The developer has seen the crashes and asks again, perhaps after another program has freed the memory.
      if (known.failed) await known.restart();
      return known;
    }
    await this.close();
    const log = this.#log;
    const value = new SidecarClient(
      { clientName, idleStopMs, ...(words.length > 0 && { command: words }) },
      {
        log: (level, message) => log(level, `[model process] ${message}`),
        output: (text) => log('debug', `[model process] ${text.trimEnd()}`),
        state: (state, error) => {
          if (error === undefined) log('info', `Model process: ${state}.`);
          else log('error', `Model process: ${state}. ${error.message}`);
        },
      },
    );
    this.#client = { command, value };
    return value;
  }
}
