import type { Adapters } from '../../policy/adapters.ts';
import * as protocol from '../protocol/protocol.ts';
import type { SidecarClient } from './sidecar-client.ts';

/** The adapters of a model in the sidecar. */
export function remoteAdapters(client: SidecarClient, model: string): Adapters {
  const never = (): AbortSignal => new AbortController().signal;
  return {
    list: () => client.call(protocol.AdaptersList.type, () => ({ model }), { model }, never()),
    create: (spec, signal = never()) =>
      client.call(protocol.AdaptersCreate.type, () => ({ model, ...spec }), { model }, signal),
    load: (spec, signal = never()) =>
      client.call(protocol.AdaptersLoad.type, () => ({ model, ...spec }), { model }, signal),
    save: async (spec) => {
      await client.call(protocol.AdaptersSave.type, () => ({ model, ...spec }), { model }, never());
    },
    reset: (name) => client.call(protocol.AdaptersReset.type, () => ({ model, name }), { model }, never()),
    drop: (name) => client.dropAdapter(model, name),
  };
}
