import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { basename, dirname, join, posix, win32 } from 'node:path';
import { isRunning } from '../../shared/process/is-running.ts';
import { codeOf } from '../../shared/system-code.ts';
import { knownSourcesDirectory, parseKnownSource } from './known-source.ts';
import { manifestFile, weightsFile } from './manifest.ts';

/**
 * Where converted weights are kept by default: RETUNE_CACHE, or a directory for Retune in the user's cache
 * ($XDG_CACHE_HOME or ~/.cache, ~/Library/Caches, %LOCALAPPDATA%). Not created here.
 */
export function defaultCacheDirectory(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { RETUNE_CACHE: chosen, LOCALAPPDATA: local, XDG_CACHE_HOME: xdg } = environment;
  if (platform === 'win32') {
    return chosen
      ? win32.resolve(chosen)
      : win32.join(local || win32.join(home, 'AppData', 'Local'), 'retune', 'Cache');
  }
  if (chosen) return posix.resolve(chosen);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'retune');
  // The XDG base directory specification requires relative paths to be ignored.
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.cache'), 'retune');
}

/** `.converting-HOST-PID-RANDOM`; the host because a cache may lie on a disk that several machines share. */
const temporaryName = /^\.converting-(.+)-(\d+)-[0-9a-f]+$/;
const asideName = /^\.broken-[0-9a-f]{32}-[0-9a-f]+$/;
const entryName = /^[0-9a-f]{32}$/;
/** See `writeFileAtomically`. */
const unfinishedName = /\.tmp$/;
const hour = 60 * 60 * 1000;
const day = 24 * hour;

export async function makeTemporary(cacheDirectory: string): Promise<string> {
  const path = join(cacheDirectory, `.converting-${hostname()}-${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(path);
  return path;
}

/**
 * Moves a finished entry to its place. When another process was faster, its entry stays if `isValid`; otherwise it is set
 * aside, replaced and removed.
 * @returns whether the temporary directory was used
 */
export async function installEntry(
  temporary: string,
  destination: string,
  isValid: () => Promise<boolean>,
): Promise<boolean> {
  if (await renamed(temporary, destination)) return true;
  if (await isValid()) return false;
  const aside = join(dirname(destination), `.broken-${basename(destination)}-${randomBytes(6).toString('hex')}`);
  await renamed(destination, aside);
  const used = await renamed(temporary, destination);
  await rm(aside, { recursive: true, force: true });
  if (!used && !(await isValid())) throw new Error(`${destination} cannot be replaced`);
  return used;
}

/** False when the destination exists (POSIX: ENOTEMPTY or EEXIST; Windows: EPERM or EACCES) or the source is gone. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'ENOENT') return false;
    if (process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY')) return false;
    throw error;
  }
}

/** Marks an entry as used now; see {@link removeLeftovers}. */
export async function touchEntry(directory: string): Promise<void> {
  const now = new Date();
  // A cache on a read-only disk can still be used.
  await utimes(join(directory, manifestFile), now, now).catch(ignoreFailure);
}

/**
 * Removes what a process that was killed while it wrote a file into an entry left there. A file that is still being
 * written is younger than an hour. Failures are left for the next time.
 */
export async function removeUnfinishedFiles(entry: string): Promise<void> {
  for (const name of await list(entry)) {
    if (!unfinishedName.test(name) || (await age(entry, name)) <= hour) continue;
    await rm(join(entry, name), { force: true }).catch(ignoreFailure);
  }
}

/**
 * Removes what is no longer needed: temporary directories of processes that are gone, entries set aside, and entries
 * that no known source refers to (their model has changed) and that have not been used for a day. Failures are left for the next time.
 */
export async function removeLeftovers(cacheDirectory: string): Promise<void> {
  const referred = new Set<string>();
  for (const name of await list(join(cacheDirectory, knownSourcesDirectory))) {
    const source = await parseKnownSource(join(cacheDirectory, knownSourcesDirectory, name));
    if (source) referred.add(source.key);
  }
  for (const name of await list(cacheDirectory)) {
    const path = join(cacheDirectory, name);
    if (await isLeftover(path, name, referred)) {
      await rm(path, { recursive: true, force: true }).catch(ignoreFailure);
    }
  }
}

async function isLeftover(path: string, name: string, referred: ReadonlySet<string>): Promise<boolean> {
  const temporary = temporaryName.exec(name);
  if (temporary) {
    const [, host, pid] = temporary;
    if (host === hostname() && !isRunning(Number(pid))) return true;
    return (await age(path, weightsFile)) > day;
  }
  if (asideName.test(name)) return (await age(path, '.')) > 60_000;
  return entryName.test(name) && !referred.has(name) && (await age(path, manifestFile)) > day;
}

/** Milliseconds since the file (or else its directory) was modified. */
async function age(directory: string, file: string): Promise<number> {
  for (const path of [join(directory, file), directory]) {
    const status = await stat(path).catch(ignoreFailure);
    if (status) return Date.now() - status.mtimeMs;
  }
  return 0;
}

async function list(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(ignoreFailure)) ?? [];
}

/** For housekeeping only: what fails now is tried again at the next conversion. */
function ignoreFailure(): undefined {
  return undefined;
}
