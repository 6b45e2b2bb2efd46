import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixturePath, type Style } from './fixtures.ts';

/** A throw-away copy of a tokenizer's directory that a test may damage. */
export interface Scratch {
  readonly directory: string;
  write(file: string, content: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Changes a JSON file in place. */
  edit(file: string, change: (value: Record<string, unknown>) => void): Promise<void>;
}

/** Runs `use` on a copy of the style's files (or on an empty directory) and removes it. */
export async function withScratch(style: Style | null, use: (scratch: Scratch) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'retune-tokenizer-'));
  const write = (file: string, content: string) => writeFile(join(directory, file), content);
  try {
    if (style !== null) await cp(fixturePath(`tokenizers/${style}`), directory, { recursive: true });
    await use({
      directory,
      write,
      remove: (file) => rm(join(directory, file)),
      async edit(file, change) {
        const value: unknown = JSON.parse(await readFile(join(directory, file), 'utf8'));
        change(value as Record<string, unknown>);
        await write(file, JSON.stringify(value));
      },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
