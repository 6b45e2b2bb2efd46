import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The full path of a command, as a shell would find it; nothing is run. */
export async function onPath(
  command: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const extensions = process.platform === 'win32' ? (environment.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  const path = environment.PATH ?? environment.Path ?? '';
  for (const directory of path.split(delimiter)) {
    // An empty entry means the current directory, where a workspace could put anything.
    if (directory === '') continue;
    for (const extension of extensions) {
      const candidate = join(directory, command + extension.toLowerCase());
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // Absent, or not executable for us.
    return false;
  }
}
