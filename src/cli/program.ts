import { Command, Help, type Option } from 'commander';
import { productVersion } from '../shared/version.ts';
import { addAdapter } from './commands/adapter.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFix } from './commands/fix.ts';
import { addModelAdapt } from './commands/model-adapt.ts';
import { addModelGenerate } from './commands/model-generate.ts';
import { addModelInfo } from './commands/model-info.ts';
import { addModelScore } from './commands/model-score.ts';
import { addReplay } from './commands/replay.ts';
import { addSessions } from './commands/sessions.ts';
import { addTest } from './commands/test.ts';
import { addUndo } from './commands/undo.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Output, OutputOptions } from './output.ts';

/**
 * Carries out a command: gives it its output and the signal of Ctrl-C, turns what it throws into an exit code.
 * @param kind restores: it changes files that it must bring back, so the signal fires when nobody reads its output any more
 * (`| head`), where others end at once
 */
export type Run = (
  options: OutputOptions,
  action: (output: Output, signal: AbortSignal) => Promise<ExitCode>,
  kind?: { readonly restores?: boolean },
) => Promise<void>;

/** All commands with their options; nothing runs until `parseAsync`. */
export function buildProgram(run: Run): Command {
  const program = new Command('retune')
    .description('A coding agent with a local model that adapts its words and its weights to your tests.')
    .version(productVersion(), '--version', 'print the version')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
Environment:
  RETUNE_MODEL            checkpoint directory of fix, replay and adapter where --model is not given
  RETUNE_STATE            folder of sessions, checkpoints and what was learnt
  RETUNE_CACHE            folder of converted weights
  RETUNE_SIDECAR_COMMAND  a JSON array that starts the model process elsewhere: ["ssh", "gpu-box", "retune-sidecar"]
NO_COLOR turns colours off.`,
    );
  addFix(program, run);
  addTest(program, run);
  addUndo(program, run);
  addSessions(program, run);
  addAdapter(program, run);
  addReplay(program, run);
  addDoctor(program, run);
  const model = program.command('model').description('use a local model directly');
  addModelInfo(model, run);
  addModelGenerate(model, run);
  addModelScore(model, run);
  addModelAdapt(model, run);
  return strict(program);
}

/** Errors are thrown instead of ending the process, and every message says where the help is. */
function strict(command: Command): Command {
  command.exitOverride();
  command.configureHelp({ optionDescription: (option) => describe(option, new Help().optionDescription(option)) });
  command.showHelpAfterError(`Run \`${path(command)} --help\` to see what is possible.`);
  command.commands.forEach(strict);
  return command;
}

/** Commander marks arguments that must be given, but not options. */
function describe({ mandatory }: Option, description: string): string {
  return mandatory ? `${description} (required)` : description;
}

function path(command: Command): string {
  return command.parent ? `${path(command.parent)} ${command.name()}` : command.name();
}
