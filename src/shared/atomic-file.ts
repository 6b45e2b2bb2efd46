import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that a reader sees either the old content or all of the new content, whatever happens in between:
 * a temporary file in the same directory, synced, then renamed. The temporary file is removed when `write` fails.
 */
export async function writeFileAtomically(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes a rename in this directory durable. Windows has no such operation and does not need one. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all bytes at a position; one `write` call may write fewer than asked. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const result = await file.write(bytes, written, bytes.byteLength - written, position + written);
    written += result.bytesWritten;
  }
}

/** Fills `bytes` from a position; returns how many bytes there were before the file's end. */
export async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let read = 0;
  while (read < bytes.byteLength) {
    const result = await file.read(bytes, read, bytes.byteLength - read, position + read);
    if (result.bytesRead === 0) break;
    read += result.bytesRead;
  }
  return read;
}
