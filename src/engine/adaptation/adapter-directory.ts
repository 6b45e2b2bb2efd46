import { chmod, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { codeOf } from '../../shared/system-code.ts';
import { metadataFile } from './adapter-metadata.ts';
import { carryFiles } from './carried-files.ts';
import { beginSwap, endSwap, located, recoverDirectory, removeAbandonedSwaps, type Swap } from './directory-swap.ts';

/** Filling and setting aside whole directories, so that no crash leaves a mixture of two adapters. */

export const configFile = 'adapter_config.json';
export const weightsFile = 'adapter_model.safetensors';
/** In the order in which they make an adapter: without the config there is none, without the metadata it is as PEFT writes it. */
const ownFiles = [weightsFile, configFile, metadataFile];
const own: ReadonlySet<string> = new Set(ownFiles);

/** Codes of a rename that another process has come before. */
const raced = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST']);
const maxTries = 5;

/**
 * Fills a directory so that readers see the old adapter or the new one, never parts of both.
 * `write` gets a new empty directory beside the destination, on the same file system.
 *
 * A destination that holds an adapter is replaced as a whole, everything else in it taken along. One that holds none is the
 * user's folder: nothing in it is touched, and the adapter is added to it.
 */
export async function fillDirectory(destination: string, write: (directory: string) => Promise<void>): Promise<void> {
  const directory = await located(destination);
  await recoverDirectory(directory);
  await removeAbandonedSwaps(directory);
  const swap = await beginSwap(directory);
  let done = false;
  try {
    await write(swap.next);
    await syncDirectory(swap.next);
    await retried(() => place(swap));
    done = true;
    await syncDirectory(dirname(directory));
  } finally {
    await endSwap(swap, done);
  }
}

async function retried(task: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await task();
    } catch (error) {
      if (tries === maxTries || !raced.has(codeOf(error) ?? '')) throw error;
    }
  }
}

async function place(swap: Swap): Promise<void> {
  await recoverDirectory(swap.directory);
  const names = await readdir(swap.directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (names === undefined) await rename(swap.next, swap.directory);
  else if (names.some((name) => own.has(name))) await replace(swap);
  else await add(swap);
}

/** A crash between the two renames is repaired by {@link recoverDirectory}. */
async function replace(swap: Swap): Promise<void> {
  await carryFiles(swap.directory, swap.next, own);
  await chmod(swap.next, (await stat(swap.directory)).mode);
  await syncDirectory(swap.next);
  await rename(swap.directory, swap.previous);
  try {
    await rename(swap.next, swap.directory);
  } catch (error) {
    await putBack(swap);
    throw error;
  }
}

async function putBack({ directory, previous }: Swap): Promise<void> {
  try {
    await rename(previous, directory);
  } catch (error) {
    // ENOENT: a reader has done it. Otherwise another process has written its adapter, which follows this one.
    if (codeOf(error) === 'ENOENT') return;
    if (!raced.has(codeOf(error) ?? '') || !(await isOurs(previous))) throw error;
    await rm(previous, { recursive: true, force: true });
  }
}

async function isOurs(directory: string): Promise<boolean> {
  const names = await readdir(directory);
  return names.includes(metadataFile) && names.every((name) => own.has(name));
}

async function add({ next, directory }: Swap): Promise<void> {
  const added: string[] = [];
  try {
    for (const name of ownFiles) {
      await rename(join(next, name), join(directory, name));
      added.push(join(directory, name));
    }
    await syncDirectory(directory);
  } catch (error) {
    for (const path of added) await rm(path, { force: true });
    throw error;
  }
}

/** Renames a damaged file or directory to `<path>.corrupt-N`, the first free N, and returns the new path. */
export async function setAside(path: string): Promise<string> {
  const source = resolve(path);
  const taken = new Set(await readdir(dirname(source)));
  let n = 1;
  while (taken.has(`${basename(source)}.corrupt-${n}`)) n++;
  const destination = `${source}.corrupt-${n}`;
  await rename(source, destination);
  return destination;
}
