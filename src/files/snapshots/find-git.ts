import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The git program on the PATH, by its absolute path: started by its bare name, Windows would prefer a `git.exe` that lies in
 * the folder being worked on.
 */
export async function findGit(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const windows = process.platform === 'win32';
  const path =
    Object.entries(environment).find(([name]) => (windows ? name.toUpperCase() : name) === 'PATH')?.[1] ?? '';
  for (const directory of path.split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const program = join(directory, windows ? 'git.exe' : 'git');
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // Nothing runnable there; the next directory of the PATH is looked at.
    }
  }
  return undefined;
}
