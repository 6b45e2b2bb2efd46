import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The machine as stores of models see it: where programs keep their files. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The home directory. */
  readonly home: string;
}

export function thisPlace(): Place {
  return { platform: process.platform, env: process.env, home: homedir() };
}

/** The directory that a variable of the environment names, absolute; undefined when it is unset or empty. */
export function directoryOf({ env, home }: Place, variable: string): string | undefined {
  const value = env[variable]?.trim();
  if (value === undefined || value === '') return undefined;
  return resolve(value.replace(/^~(?=$|[/\\])/, () => home));
}

/** The first of several variables that names a directory. */
export function firstDirectoryOf(place: Place, variables: readonly string[]): string | undefined {
  return variables.map((variable) => directoryOf(place, variable)).find((directory) => directory !== undefined);
}

/** Where programs keep their data: `~/.local/share`, `~/Library/Application Support`, or below `windows` (`APPDATA`). */
export function dataDirectory(place: Place, windows: 'APPDATA' | 'LOCALAPPDATA'): string {
  const { platform, home } = place;
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (platform !== 'win32') return directoryOf(place, 'XDG_DATA_HOME') ?? join(home, '.local', 'share');
  return directoryOf(place, windows) ?? join(home, 'AppData', windows === 'APPDATA' ? 'Roaming' : 'Local');
}
