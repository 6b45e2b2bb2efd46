#!/usr/bin/env node
import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { isCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { unforeseen } from '../shared/errors/unforeseen.ts';
import { killLiveTrees } from '../shared/process/live-trees.ts';
import { codeOf } from '../shared/system-code.ts';
import { commandLineRefused, isUsage } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import { Output } from './output.ts';
import { buildProgram } from './program.ts';
import type { RunCommand } from './run-command.ts';

const interruption = new AbortController();

process.on('SIGINT', () => {
  // The first Ctrl-C lets the command clean up after itself; the second does not wait for that.
  if (interruption.signal.aborted) process.exit(ExitCode.interrupted);
  interruption.abort();
});
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    killLiveTrees();
    process.exit(128 + constants.signals[signal]);
  });
}
/** What to do when the reader of the output (`| head`) has closed it. The sidecar ends with this process. */
let whenUnread = (): void => process.exit(ExitCode.done);
process.stdout.on('error', (error) => {
  if (codeOf(error) !== 'EPIPE') throw error;
  whenUnread();
});
process.stderr.on('error', (error) => {
  // Remarks that nobody reads are no reason to stop; somebody may still read the result.
  if (codeOf(error) !== 'EPIPE') throw error;
});

const run: RunCommand = async (options, action, { restores = false } = {}) => {
  if (restores) whenUnread = () => interruption.abort();
  const output = new Output(options);
  try {
    process.exitCode = await action(output, interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted && isCancelled(error)) {
      process.exitCode = ExitCode.interrupted;
      return;
    }
    output.error(error instanceof RetuneError ? error : unforeseen(error));
    process.exitCode = isUsage(error) ? ExitCode.usage : ExitCode.failed;
  }
};

try {
  await buildProgram(run).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed what is wrong, or the help that was asked for, which is no error.
  process.exitCode = error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
  if (error.exitCode !== 0 && process.argv.includes('--json'))
    new Output({ json: true }).value({ error: refusal(error) });
}

/** What commander has printed for people, as an error for programs. */
function refusal({ code, message }: CommanderError): RetuneError {
  // Commander shows the help instead of a message when no command was given.
  const why = code === 'commander.help' ? 'No command was given.' : capitalised(message.replace(/^error: /, ''));
  return commandLineRefused(why);
}

function capitalised(text: string): string {
  const line = text.trim().replaceAll('\n', ' ');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!?)]$/.test(line) ? '' : '.'}`;
}
