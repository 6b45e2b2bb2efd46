import { Command, Help, type Option } from 'commander';
import { productVersion } from '../shared/version.ts';
import { addAdapter } from './commands/adapter.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFix } from './commands/fix/command.ts';
import { addModelAdapt } from './commands/model/adapt.ts';
import { addModelGenerate } from './commands/model/generate.ts';
import { addModelInfo } from './commands/model/info.ts';
import { addModelList } from './commands/model/list.ts';
import { addModelScore } from './commands/model/score.ts';
import { addReplay } from './commands/replay/command.ts';
import { addTest } from './commands/run-tests/command.ts';
import { addSessions } from './commands/sessions.ts';
import { addUndo } from './commands/undo.ts';
import type { RunCommand } from './run-command.ts';

/** All commands with their options; nothing runs until `parseAsync`. */
export function buildProgram(run: RunCommand): Command {
  const program = new Command('retune')
    .description('A coding agent with a local model that adapts its words and its weights to your tests.')
    .version(productVersion(), '--version', 'print the version')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

Environment variables:
  RETUNE_MODEL            model for fix, replay and adapter when --model is not given
  RETUNE_MODEL_STORES     which programs' models are looked for: ollama,hf,llama.cpp,lmstudio,jan,gpt4all or none
  RETUNE_ENGINE           what runs the model when --engine is not given
  RETUNE_API_KEY          key for an engine that asks for one; sent to its address only
  RETUNE_STATE            folder for sessions, snapshots and what was learnt
  RETUNE_CACHE            folder for converted weights
  RETUNE_SIDECAR_COMMAND  command that starts the model process elsewhere, as a JSON array:
                          ["ssh", "gpu-box", "retune-sidecar"]
  NO_COLOR                turns colours off`,
    );
  addFix(program, run);
  addTest(program, run);
  addUndo(program, run);
  addSessions(program, run);
  addAdapter(program, run);
  addReplay(program, run);
  addDoctor(program, run);
  const model = program.command('model').description('use a local model directly');
  addModelList(model, run);
  addModelInfo(model, run);
  addModelGenerate(model, run);
  addModelScore(model, run);
  addModelAdapt(model, run);
  return strict(program);
}

/** Errors are thrown instead of ending the process, and every message says where to find help. */
function strict(command: Command): Command {
  command.exitOverride();
  command.configureHelp({ optionDescription: (option) => describe(option, new Help().optionDescription(option)) });
  command.showHelpAfterError(`Run \`${path(command)} --help\` for usage.`);
  command.commands.forEach(strict);
  return command;
}

/** Commander marks required arguments, but not required options. */
function describe({ mandatory }: Option, description: string): string {
  return mandatory ? `${description} (required)` : description;
}

function path(command: Command): string {
  return command.parent ? `${path(command.parent)} ${command.name()}` : command.name();
}
