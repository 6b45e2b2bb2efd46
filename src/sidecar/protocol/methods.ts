import { ProgressType, RequestType } from 'vscode-jsonrpc/node';
import type { Adapters } from '../../policy/adapters.ts';
import type { Generation, GenerationEvent } from '../../policy/generation.ts';
import type { Policy } from '../../policy/policy.ts';
import type { WorkspaceAdapterStore, WorkspaceAdapters } from '../../policy/workspace-adapters.ts';
import type { ModelRef, WireError } from './protocol.ts';

type Callable = (...parameters: never[]) => unknown;
type Functions<T, Prefix extends string> = {
  readonly [K in keyof T & string as T[K] extends Callable ? `${Prefix}${K}` : never]: T[K];
};
type Store = Functions<WorkspaceAdapterStore, 'workspace.'>;

/** Every function of the model's contract by one name: `update`, `adapters.create`, `workspace.open` … */
export type Contract = Functions<Policy, ''> &
  Functions<Adapters, 'adapters.'> &
  Functions<Omit<WorkspaceAdapters, keyof WorkspaceAdapterStore>, 'workspace.'> &
  Store;
export type MethodName = keyof Contract;
export type StoreMethod = keyof Store;
export type Argument<K extends MethodName> = Parameters<Contract[K]>[0];
/** What the answer carries; a generation's events are its progress. */
export type Result<K extends MethodName> = K extends 'generate' ? Generation : Awaited<ReturnType<Contract[K]>>;

interface Row<A, IsStore extends boolean> {
  /** The method of the request. */
  readonly wire: string;
  /** The field of the request's parameters that the argument becomes; `spread`: its own fields become theirs. */
  readonly argument: A extends string | readonly unknown[] ? Field : Field | 'spread';
  /**
   * `queued`: after the model's other requests · `at-once`: beside them, because no run of the model is needed ·
   * `main-thread`: by what the process's main thread knows.
   */
  readonly answered: 'queued' | 'at-once' | 'main-thread';
  /** Also answered for a checkpoint that is not open, by its files alone. */
  readonly unopened: IsStore;
}
type Field = 'prompt' | 'request' | 'requests' | 'name' | 'key' | 'none';

const queued = { answered: 'queued', unopened: false } as const;
const atOnce = { answered: 'at-once', unopened: false } as const;

/**
 * The model's contract on the wire. The client's proxy, the main thread's relay and the worker's dispatcher follow this table:
 * a new function of the contract needs its row here and its implementation in the engine. One that changes adapters is also
 * named in `server/adapter-changes.ts`.
 */
export const methods = {
  countTokens: { wire: 'model/countTokens', argument: 'prompt', ...atOnce },
  generate: { wire: 'model/generate', argument: 'request', ...queued },
  generateBatch: { wire: 'model/generateBatch', argument: 'requests', ...queued },
  score: { wire: 'model/score', argument: 'request', ...queued },
  update: { wire: 'model/update', argument: 'request', ...queued },
  'adapters.list': { wire: 'adapters/list', argument: 'none', answered: 'main-thread', unopened: false },
  'adapters.create': { wire: 'adapters/create', argument: 'spread', ...queued },
  'adapters.load': { wire: 'adapters/load', argument: 'spread', ...queued },
  'adapters.save': { wire: 'adapters/save', argument: 'spread', ...queued },
  'adapters.reset': { wire: 'adapters/reset', argument: 'name', ...queued },
  'adapters.drop': { wire: 'adapters/drop', argument: 'name', ...queued },
  'workspace.open': { wire: 'workspace/open', argument: 'spread', ...queued },
  'workspace.accept': { wire: 'workspace/accept', argument: 'spread', ...queued },
  'workspace.state': { wire: 'workspace/state', argument: 'key', answered: 'at-once', unopened: true },
  'workspace.revert': { wire: 'workspace/revert', argument: 'key', answered: 'queued', unopened: true },
  'workspace.export': { wire: 'workspace/export', argument: 'spread', answered: 'at-once', unopened: true },
  'workspace.reset': { wire: 'workspace/reset', argument: 'key', answered: 'queued', unopened: true },
} as const satisfies { readonly [K in MethodName]: Row<Argument<K>, K extends StoreMethod ? true : false> };

export const methodNames = Object.keys(methods) as readonly MethodName[];

/** Methods that the main thread answers by itself. */
export type MainThreadMethod = {
  [K in MethodName]: (typeof methods)[K]['answered'] extends 'main-thread' ? K : never;
}[MethodName];

/** An open model, or the directory of a checkpoint, which is then not opened: its adapters are found by its content. */
export type Subject = ModelRef | { readonly checkpoint: string };

/** What a request carries besides its argument. */
export type MethodParams = Subject & { readonly progressToken?: string };

export function methodType<K extends MethodName>(name: K): RequestType<MethodParams, Result<K>, WireError> {
  return new RequestType(methods[name].wire);
}

/** A generation's events, in order. */
export const generationProgress = new ProgressType<GenerationEvent>();

/** The parameters that carry an argument. */
export function toParams<K extends MethodName>(name: K, argument: Argument<K>): object {
  const field: Field | 'spread' = methods[name].argument;
  if (field === 'none') return {};
  return field === 'spread' ? (argument as object) : { [field]: argument };
}

/** The argument that parameters carry. Nothing of it has been checked. */
export function toArgument<K extends MethodName>(name: K, params: MethodParams): Argument<K> {
  const field: Field | 'spread' = methods[name].argument;
  const { model: _, checkpoint: __, progressToken: ___, ...rest } = params as Readonly<Record<string, unknown>>;
  return (field === 'spread' ? rest : rest[field]) as Argument<K>;
}

/** The functions of the table as the objects that a policy consists of. */
export function nested(contract: Contract): Omit<Policy, 'info' | 'workspace'> & {
  readonly workspace: WorkspaceAdapters & WorkspaceAdapterStore;
} {
  const parts: Record<string, unknown> = {};
  for (const name of methodNames) {
    const [member, inner] = name.split('.') as [string, string?];
    if (inner === undefined) parts[member] = contract[name];
    else parts[member] = { ...(parts[member] as object | undefined), [inner]: contract[name] };
  }
  // The names of the table are made of the names of the contract's parts.
  return parts as ReturnType<typeof nested>;
}

/** The function of a policy by its name in the table, bound to what it belongs to. */
export function functionOf<K extends MethodName>(
  policy: Pick<Policy, 'adapters' | 'workspace'>,
  name: K,
): (argument: Argument<K>, signal: AbortSignal) => ReturnType<Contract[K]> {
  const [member, inner] = name.split('.') as [string, string?];
  const owner = (inner === undefined ? policy : Reflect.get(policy, member)) as Record<string, Callable>;
  const found = owner[inner ?? member] as (...parameters: unknown[]) => ReturnType<Contract[K]>;
  return (argument, signal) => found.call(owner, argument, signal);
}
