import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory, writeFileAtomically, writeFully } from '../../shared/atomic-file.ts';
import { codeOf } from '../../shared/system-code.ts';
import { sha256Of } from '../edits/sha256.ts';

/**
 * Copies of contents under a session's storage, named by their SHA-256, so that each is stored once and can be checked.
 * They are what undo relies on: they survive a fresh clone, `git gc`, pruned refs and a folder without git.
 */
export class Copies {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  path(digest: string): string {
    return join(this.directory, digest);
  }

  /** Durable when it returns. */
  async put(digest: string, content: Uint8Array): Promise<void> {
    // A damaged copy is written again.
    if ((await this.get(digest)) !== undefined) return;
    await writeFileAtomically(this.path(digest), async (file) => {
      await file.chmod(0o600);
      await writeFully(file, content, 0);
    });
  }

  /** @returns undefined when the copy is gone or damaged. */
  async get(digest: string): Promise<Uint8Array | undefined> {
    try {
      const content = await readFile(this.path(digest));
      return sha256Of(content) === digest ? content : undefined;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Stores the copy under a name that people recognise.
   * @returns its path, or undefined when the copy is gone or damaged
   */
  async readable(digest: string, name: string, directory: string): Promise<string | undefined> {
    const content = await this.get(digest);
    if (content === undefined) return undefined;
    const path = join(directory, ...name.split('/'));
    await rm(path, { force: true });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomically(path, (file) => writeFully(file, content, 0));
    return path;
  }
}

/** Creates a directory that only the user can read, durably. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncDirectory(dirname(made));
}
