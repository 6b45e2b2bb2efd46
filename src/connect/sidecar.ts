import { SidecarClient } from '../sidecar/client/sidecar-client.ts';
import type { ConnectHooks } from './engine.ts';
import type { PolicySettings } from './settings.ts';

/** The model process that the settings ask for; it is started by the first request. */
export function sidecarOf(
  { sidecarCommand = [], clientName, idleStopMs }: Pick<PolicySettings, 'sidecarCommand' | 'clientName' | 'idleStopMs'>,
  hooks: ConnectHooks,
): SidecarClient {
  return new SidecarClient(
    {
      clientName,
      ...(sidecarCommand.length > 0 && { command: sidecarCommand }),
      ...(idleStopMs !== undefined && { idleStopMs }),
    },
    {
      log: (level, message) => hooks.log?.(level, message),
      output: (text) => hooks.trace?.('debug', `[model process] ${text.trimEnd()}`),
      state: (state, error) => {
        if (error === undefined) hooks.trace?.('info', `Model process: ${state}.`);
        else hooks.trace?.('error', `Model process: ${state}. ${error.message}`);
      },
    },
  );
}
