import type { WorkspaceAdapterStore } from '../../policy/workspace-adapters.ts';
import {
  type Argument,
  type Contract,
  type MethodName,
  methodNames,
  methodType,
  nested,
  type Subject,
  toParams,
} from '../protocol/methods.ts';
import type { Caller } from './caller.ts';
import { streamGeneration } from './stream-generation.ts';

/** Every function of the model's contract as a request of the table's method. @param signal for calls that pass none */
export function remoteContract(
  caller: Pick<Caller, 'call'>,
  subject: Subject,
  signal: AbortSignal = new AbortController().signal,
): Contract {
  const options = 'model' in subject ? { model: subject.model } : {};
  const request =
    <K extends MethodName>(name: K) =>
    (argument: Argument<K>, own = signal) =>
      caller.call(methodType(name), () => ({ ...subject, ...toParams(name, argument) }), options, own);
  return {
    ...Object.fromEntries(methodNames.map((name) => [name, request(name)])),
    generate: (request, signal) => streamGeneration(caller, subject, request, signal),
    // Every name of the table is there, and the table has every name of the contract.
  } as Contract;
}

/** The workspace adapters of a checkpoint; it is read as far as needed to tell which it is, and not opened. */
export function remoteWorkspaceStore(caller: Caller, checkpoint: string, signal: AbortSignal): WorkspaceAdapterStore {
  return nested(remoteContract(caller, { checkpoint }, signal)).workspace;
}
