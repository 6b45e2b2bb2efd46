import { join } from 'node:path';
import { z } from 'zod';
import { readRegularText } from '../../shared/regular-file.ts';
import { firstDuplicateKey } from './duplicate-keys.ts';
import { badIndex, fileUnreadable } from './errors.ts';
import { indexFile } from './model-directory.ts';

const index = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Tensor name → file name of its shard, from model.safetensors.index.json.
 * File names are plain names within the directory; a path is refused.
 * @throws RetuneError `checkpoint.bad-index`, `checkpoint.unreadable`
 */
export async function readShardIndex(directory: string): Promise<Map<string, string>> {
  const path = join(directory, indexFile);
  let text: string;
  try {
    text = await readRegularText(path);
  } catch (cause) {
    throw fileUnreadable(path, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badIndex(path, 'It is not JSON');
  }
  const parsed = index.safeParse(json);
  if (!parsed.success) throw badIndex(path, 'It has no "weight_map" from tensor names to file names');
  const duplicate = firstDuplicateKey(text);
  if (duplicate !== undefined) throw badIndex(path, `It names ${JSON.stringify(duplicate)} twice`);
  const map = new Map(Object.entries(parsed.data.weight_map));
  if (map.size === 0) throw badIndex(path, 'Its "weight_map" is empty');
  for (const [tensor, file] of map) {
    if (!isPlainName(file)) {
      throw badIndex(path, `It places the tensor ${tensor} in ${JSON.stringify(file)}, which is not a file name`);
    }
  }
  return map;
}

/** No separator of any system, no drive, no parent: the index must not reach outside its directory. */
function isPlainName(name: string): boolean {
  return name.endsWith('.safetensors') && !/[/\\:\0]/.test(name);
}
