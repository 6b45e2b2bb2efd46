import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { recordFile } from './retune-record.ts';

/** Replacing and setting aside whole directories, so that no crash leaves a mixture of two adapters. */

export const configFile = 'adapter_config.json';
export const weightsFile = 'adapter_model.safetensors';
const ownFiles = new Set<string>([configFile, weightsFile, recordFile]);

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const previousOf = (directory: string) => `${directory}.previous`;

/**
 * Fills a directory so that readers see the old adapter or the new one, never parts of both.
 * `write` gets a new empty directory beside the target, on the same file system.
 *
 * A target that does not exist or holds only an adapter of ours is swapped as a whole. Any other directory is somebody's:
 * nothing in it but the files of the same names is touched, each replaced atomically.
 */
export async function fillDirectory(target: string, write: (directory: string) => Promise<void>): Promise<void> {
  const directory = resolve(target);
  await mkdir(dirname(directory), { recursive: true });
  const temporary = `${directory}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(temporary);
    await write(temporary);
    await syncDirectory(temporary);
    if (!(await exists(directory))) await rename(temporary, directory);
    else if (await isOurs(directory)) await swap(temporary, directory);
    else for (const name of await readdir(temporary)) await rename(join(temporary, name), join(directory, name));
    await syncDirectory(dirname(directory));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A crash between the two renames is mended by {@link recoverDirectory}. */
async function swap(temporary: string, directory: string): Promise<void> {
  await rm(previousOf(directory), { recursive: true, force: true });
  await rename(directory, previousOf(directory));
  await rename(temporary, directory);
  await rm(previousOf(directory), { recursive: true, force: true });
}

async function isOurs(directory: string): Promise<boolean> {
  const names = await readdir(directory);
  return names.includes(recordFile) && names.every((name) => ownFiles.has(name));
}

/** Finishes or undoes a swap that was interrupted. */
export async function recoverDirectory(target: string): Promise<void> {
  const directory = resolve(target);
  if (!(await exists(directory)) && (await exists(join(previousOf(directory), recordFile)))) {
    await rename(previousOf(directory), directory);
  }
}

/** Renames a damaged file or directory to `<path>.corrupt-N`, the first free N, and returns the new path. */
export async function setAside(path: string): Promise<string> {
  const source = resolve(path);
  const taken = new Set(await readdir(dirname(source)));
  let n = 1;
  while (taken.has(`${basename(source)}.corrupt-${n}`)) n++;
  const target = `${source}.corrupt-${n}`;
  await rename(source, target);
  return target;
}
