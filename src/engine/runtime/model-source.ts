import { architectures } from '../architectures/index.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import {
  type GenerationDefaults,
  generationDefaults,
  readGenerationDefaults,
} from '../generation/generation-defaults.ts';
import { openGgufCheckpoint } from '../gguf/checkpoint.ts';
import { generationObject } from '../gguf/generation.ts';
import { locateGguf } from '../gguf/locate.ts';
import { ggufTokenizer } from '../gguf/tokenizer.ts';
import { loadTokenizer } from '../tokenizer/tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer-types.ts';

/** A model on the disk, whatever its format: its weights, and what belongs to them. */
export interface ModelSource {
  readonly checkpoint: Checkpoint;
  /** @throws RetuneError of the areas `tokenizer` and `gguf` */
  loadTokenizer(): Promise<Tokenizer>;
  /** @throws RetuneError `tokenizer.broken` */
  readDefaults(): Promise<GenerationDefaults>;
}

/**
 * @param path of a directory in Hugging Face's layout, of a GGUF file, or of a directory with one
 * @throws RetuneError of the areas `checkpoint` and `gguf`, and `cancelled`
 */
export async function openModelSource(path: string, signal?: AbortSignal): Promise<ModelSource> {
  const file = await locateGguf(path);
  return file === undefined ? openDirectory(path, signal) : openFile(file, signal);
}

async function openDirectory(path: string, signal: AbortSignal | undefined): Promise<ModelSource> {
  const checkpoint = await openCheckpoint(path, architectures, signal);
  return {
    checkpoint,
    loadTokenizer: () => loadTokenizer(checkpoint.directory),
    readDefaults: () => readGenerationDefaults(checkpoint.directory),
  };
}

async function openFile(path: string, signal: AbortSignal | undefined): Promise<ModelSource> {
  const checkpoint = await openGgufCheckpoint(path, architectures, signal);
  const { metadata } = checkpoint;
  return {
    checkpoint,
    loadTokenizer: async () => ggufTokenizer(metadata),
    readDefaults: async () => generationDefaults([{ path: metadata.path, fields: generationObject(metadata) }]),
  };
}
