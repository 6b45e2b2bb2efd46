import { join } from 'node:path';
import { tokenizerFileBroken, tokenizerFileMissing, tokenizerUnsupported } from './errors.ts';
import { isObject, type JsonObject, readObjectIfPresent } from './json-file.ts';

/** A token that is matched in the text before byte-pair encoding. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Control token: left out of decoded text on request, never part of an answer. */
  readonly special: boolean;
  /** Matched in normalised text rather than in the text as given. */
  readonly normalized: boolean;
  /** Swallows white space on its left / right. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Matched only between non-word characters. */
  readonly singleWord: boolean;
}

export interface TokenizerFiles {
  /** Path of tokenizer.json (or of the GGUF file), for messages. */
  readonly path: string;
  /** What tokenizer.json says (or would say), without its added tokens and without the vocabulary of its model. */
  readonly definition: JsonObject;
  /** The byte-pair vocabulary. */
  readonly vocabulary: Vocabulary;
  /** tokenizer_config.json over special_tokens_map.json; empty when there is neither. */
  readonly config: JsonObject;
  /** One more than the largest id of the byte-pair vocabulary, which the added tokens usually follow. */
  readonly baseSize: number;
  /** The token that stands for characters outside the vocabulary, if the model has one. */
  readonly unknown: string | undefined;
  readonly added: readonly AddedToken[];
  /** `bos_token`, `eos_token` … by name, as the chat template sees them. */
  readonly named: ReadonlyMap<string, string>;
}

interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** By id; sparse where ids are missing. */
  readonly tokens: readonly string[];
}

const namedTokens = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/**
 * Reads and checks what makes up a tokenizer. Added tokens come from tokenizer.json, then from tokenizer_config.json,
 * as transformers merges them.
 */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  const path = join(directory, 'tokenizer.json');
  const configPath = join(directory, 'tokenizer_config.json');
  const whole = await readObjectIfPresent(path);
  if (whole === undefined) throw tokenizerFileMissing(path);
  const legacy = (await readObjectIfPresent(join(directory, 'special_tokens_map.json'))) ?? {};
  const config = { ...legacy, ...((await readObjectIfPresent(configPath)) ?? {}) };
  const { model, ...checked } = checkModel(path, whole.model);
  const named = new Map<string, string>();
  for (const name of namedTokens) {
    const content = tokenContent(config[name]);
    if (content !== undefined) named.set(name, content);
  }
  const added = mergeAdded(path, whole.added_tokens, config.added_tokens_decoder, named, checked);
  return { path, definition: { ...whole, model, added_tokens: [] }, config, ...checked, added, named };
}

interface BpeModel {
  /** Without its vocabulary. */
  readonly model: JsonObject;
  readonly vocabulary: Vocabulary;
  readonly baseSize: number;
  readonly unknown: string | undefined;
}

/** One pass checks and sorts the vocabulary: it has 150 000 entries, and each further one costs a tenth of a second at start. */
function checkModel(path: string, model: unknown): BpeModel {
  if (!isObject(model)) throw tokenizerFileBroken(path, 'It has no "model".');
  // Old files leave the type out; they are byte-pair encodings when they have merges.
  const type = model.type ?? (Array.isArray(model.merges) ? 'BPE' : undefined);
  if (type !== 'BPE') {
    throw tokenizerUnsupported(path, `Its model is of type ${JSON.stringify(type)}; only "BPE" is supported.`);
  }
  const { vocab } = model;
  if (!isObject(vocab) || !Array.isArray(model.merges)) {
    throw tokenizerFileBroken(path, 'Its byte-pair model needs a "vocab" object and a "merges" list.');
  }
  const ids = new Map<string, number>();
  const tokens: string[] = [];
  for (const token in vocab) {
    const id = vocab[token];
    if (!isId(id)) {
      throw tokenizerFileBroken(path, `The id of token ${JSON.stringify(token)} is ${JSON.stringify(id)}.`);
    }
    ids.set(token, id);
    tokens[id] = token;
  }
  if (ids.size === 0) throw tokenizerFileBroken(path, 'Its vocabulary is empty.');
  return {
    // Without a type the package would build another kind of model.
    model: { ...model, type, vocab: {} },
    vocabulary: { ids, tokens },
    baseSize: tokens.length,
    unknown: typeof model.unk_token === 'string' ? model.unk_token : undefined,
  };
}

function mergeAdded(
  path: string,
  own: unknown,
  configured: unknown,
  named: ReadonlyMap<string, string>,
  { vocabulary, baseSize }: Pick<BpeModel, 'vocabulary' | 'baseSize'>,
): AddedToken[] {
  const merged = new Map<string, AddedToken>();
  const special = new Set(named.values());
  const put = (value: unknown, id: unknown): void => {
    if (!isObject(value) || typeof value.content !== 'string' || value.content === '' || !isId(id)) {
      throw tokenizerFileBroken(
        path,
        `An added token is not understood: ${JSON.stringify(value)} (id ${JSON.stringify(id)}).`,
      );
    }
    const isSpecial = value.special === true;
    merged.set(value.content, {
      id,
      content: value.content,
      special: isSpecial,
      normalized: typeof value.normalized === 'boolean' ? value.normalized : !isSpecial,
      lstrip: value.lstrip === true,
      rstrip: value.rstrip === true,
      singleWord: value.single_word === true,
    });
  };
  if (own !== undefined && own !== null && !Array.isArray(own))
    throw tokenizerFileBroken(path, '"added_tokens" is not a list.');
  for (const token of own ?? []) put(token, isObject(token) ? token.id : undefined);
  for (const [id, token] of Object.entries(isObject(configured) ? configured : {})) {
    if (!(isObject(token) && typeof token.content === 'string' && merged.has(token.content))) put(token, Number(id));
  }
  let next = baseSize;
  for (const token of merged.values()) next = Math.max(next, token.id + 1);
  for (const content of special) {
    const known = merged.get(content);
    if (known === undefined) put({ content, special: true }, vocabulary.ids.get(content) ?? next++);
    else if (!known.special) merged.set(content, { ...known, special: true });
  }
  return [...merged.values()];
}

/** Special tokens are written as a string or as an object with `content`. */
export function tokenContent(value: unknown): string | undefined {
  const content = isObject(value) ? value.content : value;
  return typeof content === 'string' && content !== '' ? content : undefined;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31;
}
