import { readdir, readFile, readlink } from 'node:fs/promises';

/** Command lines of processes whose working directory is in the folder; empty where /proc does not exist. */
export async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch((): string[] => [])).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (cwd.startsWith(folder)) found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  }
  return found;
}
