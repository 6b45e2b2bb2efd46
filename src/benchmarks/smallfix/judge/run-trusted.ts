import vm from 'node:vm';
import type { EncodedValue } from '../encoded.ts';
import type { Json } from '../task.ts';
import { asScript, newRealm } from './realm.ts';

/** The outcome of one call. */
export type CallOutcome =
  | { readonly value: EncodedValue }
  /** Name and message of the error that was thrown. */
  | { readonly error: readonly [string, string] };

/** What happened to a source: it could not be loaded, did not end in time, or gave an outcome for every call. */
export type RunOutcome =
  | { readonly kind: 'ran'; readonly calls: readonly CallOutcome[] }
  | { readonly kind: 'syntax' | 'import' | 'runtime'; readonly message: string }
  | { readonly kind: 'timeout' };

/** Far more than any call needs: what runs here ends, and a busy machine must not change what is drawn for a seed. */
const milliseconds = 10_000;
let realm: vm.Context | undefined;

/**
 * Runs a source of our own (a reading or a fault of a family) in this thread. Faster than {@link JudgePool}, which is for what
 * models write, because all sources share a realm.
 */
export function runTrusted(source: string, symbol: string, calls: readonly (readonly Json[])[]): RunOutcome {
  realm ??= newRealm();
  const lists = JSON.stringify(JSON.stringify(calls));
  const code = `__run((() => {${asScript(source)}\nreturn ${symbol};\n})(), ${lists})`;
  let script: vm.Script;
  try {
    script = new vm.Script(code);
  } catch (error) {
    return { kind: 'syntax', message: (error as Error).message };
  }
  try {
    const text: unknown = script.runInContext(realm, { timeout: milliseconds });
    return { kind: 'ran', calls: JSON.parse(String(text)) as readonly CallOutcome[] };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'timeout' };
    return { kind: 'runtime', message: String(message) };
  }
}
