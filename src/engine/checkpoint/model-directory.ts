import { readdir, stat } from 'node:fs/promises';
import { codeOf } from '../../shared/system-code.ts';
import { fileUnreadable, modelDirectoryMissing, modelPathIsFile, notAModel } from './errors.ts';

export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

/** Checks that a directory looks like a model, and otherwise says what it looks like instead. */
export async function requireModelDirectory(directory: string): Promise<void> {
  const names = await listDirectory(directory);
  if (!names.includes('config.json')) throw notAModel(directory, 'config.json', hintFor(names));
}

/** Which weights a model directory has: one file, or shards with an index; the single file wins, as in transformers. */
export async function findWeights(directory: string): Promise<typeof singleFile | typeof indexFile> {
  const names = await listDirectory(directory);
  if (names.includes(singleFile)) return singleFile;
  if (names.includes(indexFile)) return indexFile;
  throw notAModel(directory, `${singleFile} or ${indexFile}`, hintFor(names));
}

async function listDirectory(directory: string): Promise<string[]> {
  try {
    if (!(await stat(directory)).isDirectory()) {
      const hint = /\.(bin|pth?)$/i.test(directory)
        ? pickleHint
        : 'Give the path of the directory that the file lies in, or of a GGUF file.';
      throw modelPathIsFile(directory, hint);
    }
    return await readdir(directory);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw modelDirectoryMissing(directory);
    if (code !== undefined && error instanceof Error && 'syscall' in error) throw fileUnreadable(directory, error);
    throw error;
  }
}

const ggufHint = 'Give the path of that file, or delete the file config.json beside it.';
const pickleHint =
  'PyTorch .bin and .pth files can run code when opened: use a safetensors export (in transformers: save_pretrained).';

function isGguf(name: string): boolean {
  return /\.gguf$/i.test(name);
}

function hintFor(names: readonly string[]): string {
  if (names.some(isGguf)) return `The directory holds a GGUF file. ${ggufHint}`;
  if (names.includes('adapter_config.json') || names.includes('adapter_model.safetensors')) {
    return 'This is an adapter: give the directory of its base model, and this one as the adapter.';
  }
  if (names.some((name) => /\.(bin|pth?)$/i.test(name))) return `The directory holds PyTorch files. ${pickleHint}`;
  if (names.includes('snapshots')) {
    return 'This is an entry of the Hugging Face cache: give the directory below "snapshots" inside it.';
  }
  if (names.some((name) => name.endsWith('.safetensors'))) {
    return 'Some files of a model are here, but not all: download the others into the same directory.';
  }
  return names.length === 0 ? 'The directory is empty: download a model into it.' : 'Check the path.';
}
