import type { AdapterInfo } from '../../policy/adapters.ts';
import type { Argument, MethodName, Result } from '../protocol/methods.ts';

/** What a call did to the adapters in memory, for the journal that outlives the process. */
export type AdapterChange =
  | { readonly kind: 'written'; readonly adapter: Pick<AdapterInfo, 'name' | 'kind'> }
  | { readonly kind: 'dropped'; readonly name: string }
  /** The name stands for a workspace folder from now on. */
  | { readonly kind: 'bound'; readonly name: string; readonly key: string }
  /** Nothing to be journalled; the adapters may have changed all the same. */
  | { readonly kind: 'none' };

type Changes = { readonly [K in MethodName]?: (argument: Argument<K>, result: Result<K>) => AdapterChange };

/** For every method that may change adapters: what it changed. */
const adapterChanges: Changes = {
  update: ({ adapter }, { reason }) =>
    // A roll-back changes no weights, but it counts: two in a row end the weight updates of a session. An adapter without a
    // name is called after its kind.
    reason === 'disabled'
      ? { kind: 'none' }
      : { kind: 'written', adapter: { name: adapter[adapter.train] ?? adapter.train, kind: adapter.train } },
  'adapters.create': (_, adapter) => ({ kind: 'written', adapter }),
  'adapters.load': (_, adapter) => ({ kind: 'written', adapter }),
  'adapters.reset': (_, adapter) => ({ kind: 'written', adapter }),
  'adapters.drop': (name) => ({ kind: 'dropped', name }),
  'workspace.open': ({ name, key }) => ({ kind: 'bound', name, key }),
  'workspace.accept': ({ name, key }, { version }) =>
    version === undefined ? { kind: 'none' } : { kind: 'bound', name, key },
  // Adapters loaded from the workspace follow.
  'workspace.revert': () => ({ kind: 'none' }),
  'workspace.reset': () => ({ kind: 'none' }),
};

/** @returns undefined for a method that changes no adapters */
export function adapterChange<K extends MethodName>(
  name: K,
  argument: Argument<K>,
  result: Result<K>,
): AdapterChange | undefined {
  const change = adapterChanges[name] as ((argument: Argument<K>, result: Result<K>) => AdapterChange) | undefined;
  return change?.(argument, result);
}
