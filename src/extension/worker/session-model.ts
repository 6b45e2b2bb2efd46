import { existsSync } from 'node:fs';
import path from 'node:path';
import { embeddedModelNotice } from '../../connect/embedded-model.ts';
import { type ConnectHooks, servedNotice } from '../../connect/engine.ts';
import { engineOf } from '../../connect/open-policy.ts';
import { PolicyHolder } from '../../connect/policy-holder.ts';
import { findModels } from '../../models/find.ts';
import { modelNamed } from '../../models/named-model.ts';
import { unaskedNotice } from '../../models/unasked-notice.ts';
import { bestUnasked } from '../../models/usefulness.ts';
import type { Policy } from '../../policy/policy.ts';
import { noModel, noRemoteModel } from '../errors.ts';
import type { LogLevel, ModelSettings } from './protocol.ts';

type Log = (level: LogLevel, text: string) => void;

/** A model process holds the model's memory; after this time without requests it is given back, in ms. */
const idleStopMs = 5 * 60_000;

/** The model of this window: opened with the first session, and another one when settings have changed. */
export class SessionModel {
  readonly #log: Log;
  readonly #hooks: ConnectHooks;
  readonly #holder = new PolicyHolder();

  constructor(log: Log) {
    this.#log = log;
    this.#hooks = {
      log: (level, text) => log(level, `[model process] ${text}`),
      trace: log,
      progress: ({ stage, fraction }) =>
        log('debug', `Opening: ${stage}${fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`}`),
    };
  }

  /** @throws RetuneError `extension.no-model`, `extension.no-remote-model`, `models.*`, and why the model cannot be opened */
  async open({ embedded, ...settings }: ModelSettings, signal: AbortSignal): Promise<Policy> {
    const model = this.#named(settings, embedded);
    const opened = await this.#holder.open({ ...settings, model, idleStopMs }, this.#hooks, signal);
    this.#log('info', opened.description);
    if (opened.served !== undefined) this.#log('warn', servedNotice(opened.served));
    return opened.policy;
  }

  async close(): Promise<void> {
    await this.#holder.close();
  }

  #named(settings: Omit<ModelSettings, 'embedded'>, embedded: string): string {
    const { model, sidecarCommand = [] } = settings;
    if (engineOf(settings).models === 'served models') return model;
    const isRemote = sidecarCommand.length > 0;
    // Another machine has other models.
    if (model !== '') return isRemote ? model : (modelNamed(model)?.path ?? model);
    if (isRemote) throw noRemoteModel(sidecarCommand);
    return this.#unasked(embedded);
  }

  /** The best model on the disk, else the embedded one. */
  #unasked(embedded: string): string {
    const found = bestUnasked(findModels().models);
    if (found !== undefined) {
      this.#log('info', unaskedNotice(found));
      return found.path;
    }
    if (!existsSync(path.join(embedded, 'config.json'))) throw noModel();
    this.#log('warn', `${embeddedModelNotice} Name a real one in the setting retune.model.directory.`);
    return embedded;
  }
}
