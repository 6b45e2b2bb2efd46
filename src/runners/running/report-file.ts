import { readFile, stat } from 'node:fs/promises';

/** Maximum size of a report in bytes; the workspace writes it, and it has to fit into our memory. */
const maximumBytes = 64 * 1024 * 1024;

/** @returns undefined when the file does not exist or is too large */
export async function readReport(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > maximumBytes) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    // Not written: the run did not get as far as its report.
    return undefined;
  }
}
