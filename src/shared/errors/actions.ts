/**
 * What a developer can do about an error, as plain JSON that crosses the wire. The names are neutral: a terminal has flags,
 * variables and commands for them (`src/cli/actions.ts`), the editor has settings and buttons (`src/extension/actions.ts`).
 */
export type Action = OptionAction | CommandAction;

/** Give an option a value. */
export interface OptionAction {
  readonly kind: 'option';
  readonly option: OptionName;
  /** Absent: any other than now, or none at all. A word in capitals stands for what only the developer knows, as in `src/a.js:NAME`. */
  readonly value?: string;
}

/** Run a command. */
export interface CommandAction {
  readonly kind: 'command';
  readonly command: CommandName;
  readonly args?: readonly string[];
  /** The workspace folder it is about, absolute, symlinks resolved. */
  readonly folder?: string;
}

export const optionNames = [
  'target',
  'testCommand',
  'model',
  'dtype',
  'blockSize',
  'provider',
  'contextLength',
  'layerCheckpointing',
  'maxTurns',
  'folder',
  'output',
  'stateDirectory',
  'cacheDirectory',
  'sidecarCommand',
  'engine',
  'apiKey',
  'prompt',
  'messages',
  'beta',
  'solver',
  'methods',
  'split',
  'limit',
] as const;
export type OptionName = (typeof optionNames)[number];

export const commandNames = [
  'fix',
  'test',
  'undo',
  'sessions',
  'resetAdapter',
  'doctor',
  'listModels',
  'help',
  'stop',
  'manageTrust',
] as const;
export type CommandName = (typeof commandNames)[number];

export function setOption(option: OptionName, value?: string): OptionAction {
  return { kind: 'option', option, ...(value !== undefined && { value }) };
}

export function runCommand(command: CommandName, about: Pick<CommandAction, 'args' | 'folder'> = {}): CommandAction {
  return { kind: 'command', command, ...about };
}

/** The actions in JSON from elsewhere. Those that this version does not know are left out: they are only an offer. */
export function knownActions(value: unknown): readonly Action[] {
  return Array.isArray(value) ? value.filter(isAction) : [];
}

function isAction(value: unknown): value is Action {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, option, value: given, command, args, folder } = value as Record<string, unknown>;
  if (kind === 'option') return optionNames.some((name) => name === option) && isOptional(given, isText);
  if (kind !== 'command' || !commandNames.some((name) => name === command)) return false;
  return isOptional(folder, isText) && isOptional(args, (list) => Array.isArray(list) && list.every(isText));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isOptional(value: unknown, accepts: (value: unknown) => boolean): boolean {
  return value === undefined || accepts(value);
}
