import { readFile, stat } from 'node:fs/promises';

/** To be asked before a file is opened: opening a named pipe waits for its writer, for ever when there is none. */
export async function requireRegularFile(path: string): Promise<void> {
  if (!(await stat(path)).isFile()) throw new Error('It is not a regular file');
}

/** Failures are the system's own. */
export async function readRegularText(path: string): Promise<string> {
  await requireRegularFile(path);
  return readFile(path, 'utf8');
}
