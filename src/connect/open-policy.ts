import type { ConnectHooks, Engine, OpenedPolicy, OpenedStore } from './engine.ts';
import { engines } from './engines.ts';
import { engineUnknown, nothingKept } from './errors.ts';
import type { PolicySettings } from './settings.ts';

/**
 * Opens the model that the settings name, whatever runs it: the one way to a policy.
 * @throws RetuneError `connect.engine-unknown`, and why the model cannot be opened
 */
export async function openPolicy(
  settings: PolicySettings,
  hooks: ConnectHooks,
  signal: AbortSignal,
): Promise<OpenedPolicy> {
  const { engine, address } = chosen(settings);
  return engine.open(settings, address, hooks, signal);
}

/**
 * What was learnt in workspace folders with the model that the settings name.
 * @throws RetuneError `connect.engine-unknown`, `connect.nothing-kept`
 */
export async function openStore(
  settings: PolicySettings,
  hooks: ConnectHooks,
  signal: AbortSignal,
): Promise<OpenedStore> {
  const { engine } = chosen(settings);
  if (engine.openStore === undefined) throw nothingKept(engine.name);
  return engine.openStore(settings, hooks, signal);
}

/** @throws RetuneError `connect.engine-unknown` */
export function engineOf(settings: Pick<PolicySettings, 'engine'>): Engine {
  return chosen(settings).engine;
}

function chosen({ engine: named = '' }: Pick<PolicySettings, 'engine'>): {
  readonly engine: Engine;
  readonly address: string;
} {
  if (named === '') return { engine: engines[0], address: '' };
  const colon = named.indexOf(':');
  const name = colon < 0 ? named : named.slice(0, colon);
  const engine = engines.find((known) => known.name === name);
  if (engine === undefined) {
    throw engineUnknown(
      named,
      engines.map(({ usage }) => usage),
    );
  }
  return { engine, address: colon < 0 ? '' : named.slice(colon + 1) };
}
