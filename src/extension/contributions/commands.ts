/** Every command of the extension. The texts in package.nls.json are called `command.NAME`. */
export const commands = {
  fix: { id: 'retune.fix', title: 'Fix…', icon: '$(wand)' },
  stop: { id: 'retune.stop', title: 'Stop', icon: '$(debug-stop)' },
  keep: { id: 'retune.keep', title: 'Keep the Change', icon: '$(check)' },
  undo: { id: 'retune.undo', title: 'Undo the Change', icon: '$(discard)' },
  showChange: { id: 'retune.showChange', title: 'Show the Change', icon: '$(diff)' },
  showLog: { id: 'retune.showLog', title: 'Show Log', icon: '$(output)' },
} as const satisfies Record<string, Command>;

interface Command {
  readonly id: `retune.${string}`;
  readonly title: string;
  readonly icon: `$(${string})`;
}

export type CommandName = keyof typeof commands;

/** Context keys that the manifest's `when` clauses read. */
export const contextKeys = {
  /** A session is under way. */
  running: 'retune.running',
  /** A change is waiting for Keep or Undo. */
  reviewing: 'retune.reviewing',
} as const;

/** URI scheme of the texts as they were before a session. */
export const originalScheme = 'retune-original';
