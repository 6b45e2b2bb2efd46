import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';

/** What a file contained. Of a file that is too large to be read, only `state` is known. */
export interface Fingerprint {
  /** Identity, size and times. Code under test can set a file's times, but not `ctime`. */
  readonly state: string;
  readonly sha256?: string;
}

/** Larger files are compared by their state alone. */
const maximumBytes = 16 << 20;

/** '' when there is nothing at this path. Synchronous: it costs microseconds. */
export function stateOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined ? '' : state(found);
}

/** Of a regular file, or of the link itself for a symbolic link. */
export async function fingerprint(path: string): Promise<Fingerprint> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { state: '' };
  const before = state(found);
  const content = await contentOf(path, found);
  return content === undefined
    ? { state: before }
    : { state: before, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Whether a file is what it was; the content is read only when its state differs. */
export async function isUnchanged(path: string, before: Fingerprint): Promise<boolean> {
  if (stateOf(path) === before.state) return true;
  const { sha256 } = await fingerprint(path);
  return sha256 !== undefined && sha256 === before.sha256;
}

function state({ dev, ino, mode, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev} ${ino} ${mode} ${size} ${mtimeMs} ${ctimeMs}`;
}

async function contentOf(path: string, found: Stats): Promise<Uint8Array | string | undefined> {
  if (found.isSymbolicLink()) return `link ${await readlink(path).catch(() => '')}`;
  if (!found.isFile() || found.size > maximumBytes) return undefined;
  return readFile(path).catch(() => undefined);
}
