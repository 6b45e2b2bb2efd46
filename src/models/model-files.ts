import { dirname } from 'node:path';
import type { StoredModel } from './store.ts';
import type { Entry, Visit } from './visit.ts';

/** What is a model among the files of a directory. */

/** `model-00002-of-00003.gguf`: the number and the count of a split file. */
const part = /-(\d{5})-of-(\d{5})\.gguf$/i;

/**
 * GGUF files, the first part for all of a split one. Projectors of images (`mmproj`) are none.
 * @param nameOf what a file's model is called
 */
export function ggufModels(entries: readonly Entry[], nameOf: (file: string) => string): readonly StoredModel[] {
  const files = entries.filter(({ name, kind }) => kind === 'file' && isModelFile(name));
  return files
    .filter(({ name }) => Number(part.exec(name)?.[1] ?? 1) === 1)
    .map(({ name, path }): StoredModel => {
      const parts = files.filter((file) => file.name === name || sameModel(file.name, name));
      const bytes = parts.reduce((sum, file) => sum + file.bytes, 0);
      const count = Number(part.exec(name)?.[2] ?? 1);
      const obstacle = parts.length < count ? `only ${parts.length} of its ${count} files are there` : undefined;
      return { name: nameOf(name), path, format: 'gguf', bytes, ...(obstacle !== undefined && { obstacle }) };
    });
}

function isModelFile(name: string): boolean {
  return /\.gguf$/i.test(name) && !/^mmproj|[-_.]mmproj/i.test(name);
}

function sameModel(a: string, b: string): boolean {
  return part.test(a) && part.test(b) && a.replace(part, '') === b.replace(part, '');
}

/** The directory itself, when it is a model in Hugging Face layout. */
export function directoryModel(entries: readonly Entry[], name: string): StoredModel | undefined {
  const config = entries.find((entry) => entry.kind === 'file' && entry.name === 'config.json');
  const weights = entries.filter((entry) => entry.kind === 'file' && /\.safetensors$/.test(entry.name));
  if (config === undefined || weights.length === 0) return undefined;
  const bytes = weights.reduce((sum, file) => sum + file.bytes, 0);
  const missing = ['tokenizer.json'].find((file) => !entries.some((entry) => entry.name === file));
  const obstacle = missing === undefined ? missingShard(entries) : `${missing} is missing`;
  const path = dirname(config.path);
  return { name, path, format: 'directory', bytes, ...(obstacle !== undefined && { obstacle }) };
}

/** `model-00001-of-00002.safetensors`: a download may have ended early. */
function missingShard(entries: readonly Entry[]): string | undefined {
  const shards = entries.flatMap(({ name }) => /-of-(\d{5})\.safetensors$/.exec(name)?.[1] ?? []);
  const count = Number(shards[0] ?? 0);
  return shards.length < count ? `only ${shards.length} of its ${count} files are there` : undefined;
}

/** Models in a directory and `depth` levels below, named by the way to them: `publisher/repository/file.gguf`. */
export function modelsBelow(
  visit: Visit,
  directory: string,
  depth: number,
  way: readonly string[] = [],
): StoredModel[] {
  const entries = visit.entries(directory);
  const whole = directoryModel(entries, way.join('/'));
  const here = [
    ...(whole !== undefined && way.length > 0 ? [whole] : []),
    ...ggufModels(entries, (file) => [...way, file].join('/')),
  ];
  if (depth === 0) return here;
  const below = entries.filter(({ kind }) => kind === 'directory');
  return [...here, ...below.flatMap(({ name, path }) => modelsBelow(visit, path, depth - 1, [...way, name]))];
}
