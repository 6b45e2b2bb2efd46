import { readFile, stat } from 'node:fs/promises';

/** Bytes of a report that are read; the file is a stranger's, and memory is ours. */
const largest = 64 * 1024 * 1024;

/** @returns undefined when there is no such file, or it is too large */
export async function readReport(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > largest) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    // Not written: the run did not get as far as its report.
    return undefined;
  }
}
