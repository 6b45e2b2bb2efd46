import type { ProviderName } from '../../policy/provider.ts';
import { messageOf } from '../../shared/errors/thrown.ts';
import type { Ort } from './ort.ts';

/**
 * What is particular to one way of computing, an execution provider of onnxruntime. Each is a file of the folder `providers`,
 * found by its name in `providerNames`, which is its row.
 */
export interface Provider {
  readonly name: ProviderName;
  /** Where onnxruntime has it, for messages: `Windows`. */
  readonly platforms: string;
  /** What its graph sessions name; what the first cannot compute is left to the next. */
  readonly executionProviders: readonly string[];
  /** Whether `auto` considers it: it must exist on ordinary machines, start within seconds and need nothing installed. */
  readonly automatic: boolean;
  /** Whether the keys, values and LoRA matrices of a single sequence stay in the device's memory between runs. */
  readonly keepsCacheOnDevice: boolean;
  /** False where graph sessions must be made without a memory pattern. */
  readonly memoryPattern: boolean;
  /** Why it did not start, if its own message says so; undefined leaves it to {@link explainStart}. */
  explain?(message: string): StartFailure | undefined;
}

export interface StartFailure {
  /** A sentence. */
  readonly why: string;
  /** What would help: a phrase without a full stop. */
  readonly remedy: string;
}

export async function loadProvider(name: ProviderName): Promise<Provider> {
  // The bundler includes every file that this pattern can mean.
  const file: { readonly provider: Provider } = await import(`./providers/${name}.ts`);
  return file.provider;
}

/** Whether this build of onnxruntime contains a provider; that does not mean that it can start. */
export function isBuiltIn(ort: Ort, name: ProviderName): boolean {
  return ort.listSupportedBackends().some((backend) => backend.name === name);
}

/** Why a provider did not start, and what would help. */
export function explainStart(provider: Provider, error: unknown): StartFailure {
  const message = firstLine(error);
  const known = provider.explain?.(message);
  const why = `The provider "${provider.name}" did not start: ${message}.`;
  return known ?? { why, remedy: 'Update the graphics driver' };
}

/** onnxruntime's messages continue with a trace of its C++ code. */
function firstLine(error: unknown): string {
  const message = messageOf(error);
  return (message.split('\n', 1)[0] ?? message).replace(/\.$/, '');
}
