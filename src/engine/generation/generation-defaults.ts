import { join } from 'node:path';
import { tokenizerFileBroken } from '../tokenizer/errors.ts';
import { isObject, type JsonObject, readObjectIfPresent } from '../tokenizer/json-file.ts';
import { readTokenizerFiles, tokenContent } from '../tokenizer/tokenizer-files.ts';

/** What ends an answer, and the author's sampling defaults. */
export interface GenerationDefaults {
  readonly stopTokens: readonly number[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  readonly doSample?: boolean;
  /** `retune_prompts`: the version of our prompts that the model was trained on. */
  readonly trainedPrompts?: number;
}

/**
 * What ends an answer, and the author's sampling defaults: generation_config.json over config.json.
 * The tokenizer's own end token (for example `<|im_end|>`) always ends an answer too, even where the files name only another one.
 * @throws RetuneError `tokenizer.broken` when a value is of the wrong kind, or when a file is not JSON.
 */
export async function readGenerationDefaults(directory: string): Promise<GenerationDefaults> {
  const path = join(directory, 'generation_config.json');
  const modelPath = join(directory, 'config.json');
  const base = (await readObjectIfPresent(modelPath)) ?? {};
  const own = (await readObjectIfPresent(path)) ?? {};
  const holders = [
    { path, fields: own },
    { path: modelPath, fields: base },
  ];
  return generationDefaults(holders, await endToken(directory));
}

/**
 * @param holders objects as in generation_config.json, the first that has a field wins; paths are for messages only
 * @param end a token that ends an answer besides those that are named
 * @throws RetuneError `tokenizer.broken` when a value is of the wrong kind
 */
export function generationDefaults(
  holders: readonly { readonly path: string; readonly fields: JsonObject }[],
  end?: number,
): GenerationDefaults {
  const holderOf = (key: string) => holders.find(({ fields }) => fields[key] !== undefined && fields[key] !== null);
  const value = (key: string): unknown => holderOf(key)?.fields[key];
  const number = (key: string, accept: (value: number) => boolean): number | undefined => {
    const found = value(key);
    if (found === undefined || (typeof found === 'number' && Number.isFinite(found) && accept(found))) return found;
    const path = holderOf(key)!.path;
    throw tokenizerFileBroken(path, `"${key}" is ${JSON.stringify(found)}, which is out of range.`);
  };

  const stop = new Set(tokenIds(holderOf('eos_token_id')?.path ?? '', value('eos_token_id')));
  if (end !== undefined) stop.add(end);
  const temperature = number('temperature', (x) => x >= 0);
  const topP = number('top_p', (x) => x > 0 && x <= 1);
  const topK = number('top_k', (x) => Number.isInteger(x) && x >= 0);
  const minP = number('min_p', (x) => x >= 0 && x < 1);
  const repetitionPenalty = number('repetition_penalty', (x) => x > 0);
  const trainedPrompts = number('retune_prompts', Number.isInteger);
  const doSample = value('do_sample');
  return {
    stopTokens: [...stop].sort((a, b) => a - b),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(minP !== undefined && { minP }),
    ...(repetitionPenalty !== undefined && { repetitionPenalty }),
    ...(trainedPrompts !== undefined && { trainedPrompts }),
    ...(typeof doSample === 'boolean' && { doSample }),
  };
}

function tokenIds(path: string, value: unknown): number[] {
  if (value === undefined) return [];
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  return ids.map((id) => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0) return id;
    throw tokenizerFileBroken(
      path,
      `"eos_token_id" is ${JSON.stringify(value)}; expected a token id or a list of them.`,
    );
  });
}

async function endToken(directory: string): Promise<number | undefined> {
  const config = await readObjectIfPresent(join(directory, 'tokenizer_config.json'));
  const end = tokenContent(config?.eos_token);
  // Recent checkpoints repeat their added tokens here, which saves parsing tokenizer.json (many megabytes) a second time.
  for (const [id, token] of Object.entries(isObject(config?.added_tokens_decoder) ? config.added_tokens_decoder : {})) {
    if (end !== undefined && tokenContent(token) === end) return Number(id);
  }
  const files = await readTokenizerFiles(directory);
  const content = files.named.get('eos_token');
  return files.added.find((token) => token.content === content)?.id;
}
