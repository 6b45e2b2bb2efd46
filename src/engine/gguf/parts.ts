import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../shared/system-code.ts';
import { badGgufParts } from './errors.ts';
import { type GgufFile, openGguf } from './gguf-file.ts';

/** Names of a model's files when it was split: `NAME-00002-of-00005.gguf`. */
const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;
const maxParts = 1000;

/**
 * Opens a GGUF file with all others that it is a part of, in order; the first has the metadata of the model.
 * @param path of any of the parts
 * @throws RetuneError `checkpoint.unreadable`, `gguf.*`
 */
export async function openParts(path: string): Promise<readonly [GgufFile, ...GgufFile[]]> {
  const named = await openGguf(path);
  const count = named.metadata.size('split.count') ?? 1;
  if (count <= 1) return [named];
  const paths = partPaths(path, count);
  const files: GgufFile[] = [];
  for (const [index, part] of paths.entries()) files.push(await openPart(path, part, index, count));
  return files as [GgufFile, ...GgufFile[]];
}

/** The first of the files that one of them belongs to; itself when it is whole. */
export function firstPart(path: string): string {
  const [, name, , count] = partName.exec(basename(path)) ?? [];
  return name === undefined ? path : join(dirname(path), `${name}-00001-of-${count}.gguf`);
}

/** Whether a file is one of several and not the first. */
export function isLaterPart(name: string): boolean {
  const part = partName.exec(name)?.[2];
  return part !== undefined && Number(part) > 1;
}

function partPaths(path: string, count: number): string[] {
  const [, name, , total] = partName.exec(basename(path)) ?? [];
  if (name === undefined || Number(total) !== count || count > maxParts) {
    throw badGgufParts(
      path,
      `It says that it is one of ${count} files, but its name is none such as NAME-00001-of-00002.gguf`,
    );
  }
  const digits = (part: number) => String(part).padStart(5, '0');
  return Array.from({ length: count }, (_, index) =>
    join(dirname(path), `${name}-${digits(index + 1)}-of-${total}.gguf`),
  );
}

async function openPart(model: string, path: string, index: number, count: number): Promise<GgufFile> {
  let file: GgufFile;
  try {
    file = await openGguf(path);
  } catch (error) {
    if (error instanceof Error && codeOf(error.cause) === 'ENOENT')
      throw badGgufParts(model, `${basename(path)} is missing`);
    throw error;
  }
  const { metadata } = file;
  if (metadata.size('split.count') !== count || metadata.size('split.no') !== index) {
    throw badGgufParts(model, `${basename(path)} does not say that it is part ${index + 1} of ${count}`);
  }
  return file;
}
