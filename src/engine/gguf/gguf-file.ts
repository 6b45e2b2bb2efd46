import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { readFully } from '../../shared/atomic-file.ts';
import { withFile } from '../checkpoint/safetensors.ts';
import { HeaderContinues } from './cursor.ts';
import { type GgufHeader, parseHeader } from './header.ts';

/** A validated GGUF file and what identifies its content cheaply. */
export interface GgufFile extends GgufHeader {
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Time of last modification in nanoseconds, decimal. */
  readonly modified: string;
  /** sha256 (hex) of everything before the tensors' bytes. */
  readonly headerDigest: string;
  /** sha256 (hex) of the whole file where its name tells, as in Ollama's store. */
  readonly digest?: string;
}

/** Enough for the largest vocabularies in use. */
const firstRead = 16 * 1024 * 1024;

/**
 * Reads and validates the header; tensor bytes are not read.
 * @throws RetuneError `checkpoint.unreadable`, `gguf.*`
 */
export async function openGguf(path: string): Promise<GgufFile> {
  return withFile(path, async (file) => {
    const status = await file.stat({ bigint: true });
    const bytes = Number(status.size);
    const { header, read } = await readHeader(path, file, bytes);
    const headerDigest = createHash('sha256').update(read.subarray(0, header.dataOffset)).digest('hex');
    const digest = /^sha256-([0-9a-f]{64})$/.exec(basename(path))?.[1];
    return {
      ...header,
      path,
      bytes,
      modified: status.mtimeNs.toString(),
      headerDigest,
      ...(digest !== undefined && { digest }),
    };
  });
}

/** Reads four times as much whenever the header turns out to be longer; never more than the file has. */
async function readHeader(path: string, file: FileHandle, fileBytes: number) {
  for (let size = firstRead; ; size *= 4) {
    const read = new Uint8Array(Math.min(size, fileBytes));
    await readFully(file, read, 0);
    try {
      return { header: parseHeader(path, read, fileBytes), read };
    } catch (error) {
      if (!(error instanceof HeaderContinues) || size >= fileBytes) throw error;
    }
  }
}
