import type { ExitCode } from './exit-codes.ts';
import type { Output, OutputOptions } from './output.ts';

/**
 * Runs a command: gives it its output and a signal that fires on Ctrl-C, and turns what it throws into an exit code.
 * @param kind restores: the command changes files that it must bring back, so that the signal also fires when nobody reads
 * its output any more (`| head`); other commands simply end then
 */
export type RunCommand = (
  options: OutputOptions,
  action: (output: Output, signal: AbortSignal) => Promise<ExitCode>,
  kind?: { readonly restores?: boolean },
) => Promise<void>;
