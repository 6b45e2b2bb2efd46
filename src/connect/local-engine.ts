import type { ModelInfo } from '../policy/model-info.ts';
import type { OpenModelOptions } from '../policy/open-options.ts';
import { counted } from '../shared/counted.ts';
import { remoteWorkspaceStore } from '../sidecar/client/remote-contract.ts';
import type { ConnectHooks, Engine, OpenedPolicy } from './engine.ts';
import type { PolicySettings } from './settings.ts';
import { sidecarOf } from './sidecar.ts';

/** The engine that comes with Retune, in a process of its own. */
export const localEngine: Engine = {
  name: 'local',
  usage: 'local',
  models: 'checkpoint directories',
  open: (settings, _address, hooks, signal) => open(settings, hooks, signal),
  async openStore(settings, hooks, signal) {
    const client = sidecarOf(settings, hooks);
    return { store: remoteWorkspaceStore(client, settings.model, signal), close: () => client.dispose() };
  },
};

async function open(settings: PolicySettings, hooks: ConnectHooks, signal: AbortSignal): Promise<OpenedPolicy> {
  const client = sidecarOf(settings, hooks);
  try {
    const onProgress = hooks.progress?.bind(hooks);
    const policy = await client.openModel(openOptions(settings), { ...(onProgress && { onProgress }) }, signal);
    return {
      policy,
      description: describe(policy.info),
      checkpoint: policy.info,
      async ready(signal) {
        // Whoever asks again has seen the crashes; perhaps another program has freed the memory since.
        if (client.failed) await client.restart();
        await policy.ready(signal);
      },
      close: () => client.dispose(),
    };
  } catch (error) {
    await client.dispose();
    throw error;
  }
}

function openOptions(settings: PolicySettings): OpenModelOptions {
  const { engine: _, model: directory, sidecarCommand: __, clientName: ___, idleStopMs: ____, ...options } = settings;
  return { directory, ...options };
}

function describe({ parameters, provider, providerReason, threads, loadMs }: ModelInfo): string {
  const loaded = `${counted(threads, 'thread')}, loaded in ${Math.round(loadMs)} ms`;
  return `${parameters} parameters on ${provider} (${providerReason}), ${loaded}.`;
}
