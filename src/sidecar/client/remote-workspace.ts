import type { WorkspaceAdapterFiles, WorkspaceAdapters } from '../../policy/workspace-adapters.ts';
import * as protocol from '../protocol/protocol.ts';
import type { SidecarClient } from './sidecar-client.ts';

/** What was learnt for workspace folders, as files: looked at and changed without a model in memory. */
export interface WorkspaceFiles {
  state(key: string): Promise<WorkspaceAdapterFiles>;
  revert(key: string): Promise<WorkspaceAdapterFiles>;
  export(spec: { readonly key: string; readonly directory: string }): Promise<void>;
  reset(key: string): Promise<WorkspaceAdapterFiles>;
}

/** The workspace adapters of an open model. */
export function remoteWorkspace(client: SidecarClient, model: string): WorkspaceAdapters & WorkspaceFiles {
  return {
    ...files(client, { model }, new AbortController().signal),
    open: (spec, signal = new AbortController().signal) =>
      client.call(protocol.WorkspaceOpen.type, () => ({ model, ...spec }), { model }, signal),
    accept: (spec, signal) => client.call(protocol.WorkspaceAccept.type, () => ({ model, ...spec }), { model }, signal),
  };
}

/** The adapters that belong to a checkpoint; it is read as far as needed to tell which it is, and not opened. */
export function remoteWorkspaceFiles(client: SidecarClient, checkpoint: string, signal: AbortSignal): WorkspaceFiles {
  return files(client, { checkpoint }, signal);
}

function files(
  client: SidecarClient,
  of: { readonly model: string } | { readonly checkpoint: string },
  signal: AbortSignal,
): WorkspaceFiles {
  const options = 'model' in of ? { model: of.model } : {};
  return {
    state: (key) => client.call(protocol.WorkspaceState.type, () => ({ ...of, key }), options, signal),
    revert: (key) => client.call(protocol.WorkspaceRevert.type, () => ({ ...of, key }), options, signal),
    export: async (spec) => {
      await client.call(protocol.WorkspaceExport.type, () => ({ ...of, ...spec }), options, signal);
    },
    reset: (key) => client.call(protocol.WorkspaceReset.type, () => ({ ...of, key }), options, signal),
  };
}
