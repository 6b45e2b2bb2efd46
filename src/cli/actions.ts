import type { Action, CommandAction, CommandName, OptionAction, OptionName } from '../shared/errors/actions.ts';
import { elsewhere, quoted, typed } from './typed-command.ts';

/** What a terminal has for an option: a flag or an environment variable, and a word for a value that is not known. */
type OptionWords = {
  /** Null: a flag that is given alone. */
  readonly value: string | null;
} & ({ readonly flag: string } | { readonly variable: string });

export const optionWords: Readonly<Record<OptionName, OptionWords>> = {
  target: { flag: '--target', value: 'PATH' },
  testCommand: { flag: '--test', value: 'COMMAND' },
  model: { flag: '--model', value: 'DIR' },
  dtype: { flag: '--dtype', value: 'DTYPE' },
  blockSize: { flag: '--block', value: 'N' },
  provider: { flag: '--provider', value: 'PROVIDER' },
  contextLength: { flag: '--context', value: 'N' },
  layerCheckpointing: { flag: '--layer-checkpointing', value: null },
  maxTurns: { flag: '--max-turns', value: 'N' },
  folder: { flag: '--folder', value: 'DIR' },
  output: { flag: '--out', value: 'DIR' },
  stateDirectory: { variable: 'RETUNE_STATE', value: 'DIR' },
  cacheDirectory: { variable: 'RETUNE_CACHE', value: 'DIR' },
  sidecarCommand: { variable: 'RETUNE_SIDECAR_COMMAND', value: '["PROGRAM", "ARGUMENT"]' },
  engine: { flag: '--engine', value: 'ENGINE' },
  apiKey: { variable: 'RETUNE_API_KEY', value: 'KEY' },
  prompt: { flag: '--prompt', value: 'TEXT' },
  messages: { flag: '--messages', value: 'FILE.json' },
  beta: { flag: '--beta', value: 'B' },
  solver: { flag: '--solver', value: 'SOLVER' },
  methods: { flag: '--methods', value: 'LIST' },
  split: { flag: '--split', value: 'SPLIT' },
  limit: { flag: '--limit', value: 'N' },
};

/** A command of the terminal, and where a folder stands in it: before the other words, or after a flag. */
interface CommandWords {
  readonly command: string;
  readonly folder?: 'first' | '--folder';
}

/** Null: only the editor has it. */
export const commandWords: Readonly<Record<CommandName, CommandWords | null>> = {
  fix: { command: 'fix', folder: 'first' },
  test: { command: 'test', folder: 'first' },
  undo: { command: 'undo', folder: '--folder' },
  sessions: { command: 'sessions', folder: 'first' },
  resetAdapter: { command: 'adapter reset', folder: 'first' },
  doctor: { command: 'doctor' },
  listModels: { command: 'model list' },
  help: { command: '--help' },
  stop: null,
  manageTrust: null,
};

/** An action as it is typed in the current directory; undefined for what a terminal cannot do. */
export function typedAction(action: Action): string | undefined {
  return action.kind === 'option' ? typedOption(action) : typedCommand(action);
}

function typedOption({ option, value }: OptionAction): string {
  const words = optionWords[option];
  const given = value ?? words.value;
  if ('variable' in words) return `${words.variable}=${quoted(given ?? '')}`;
  return given === null ? words.flag : `${words.flag} ${quoted(given)}`;
}

function typedCommand({ command, args = [], folder }: CommandAction): string | undefined {
  const words = commandWords[command];
  if (words === null) return undefined;
  if (words.folder === '--folder') return typed(words.command, [...args, ...elsewhere(folder, '--folder')]);
  return typed(words.command, [...elsewhere(folder), ...args]);
}
