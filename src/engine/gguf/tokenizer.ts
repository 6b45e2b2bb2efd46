import { compileChatTemplate, noChatTemplate } from '../tokenizer/chat-template.ts';
import type { JsonObject } from '../tokenizer/json-file.ts';
import { makeTokenizer } from '../tokenizer/tokenizer.ts';
import type { AddedToken, TokenizerFiles } from '../tokenizer/tokenizer-files.ts';
import type { Tokenizer } from '../tokenizer/tokenizer-types.ts';
import { unsupportedGgufTokenizer } from './errors.ts';
import type { Metadata } from './metadata.ts';
import { type PreTokenizer, preTokenizerNamed, preTokenizerNames, usualPreTokenizer } from './pre-tokenizers.ts';
import { mergesByScore, sentencePieceDefinition } from './sentence-piece.ts';
import { endTokens, namedTokens } from './special-tokens.ts';

/** The tokenizer of a GGUF file's metadata, as tokenizer.json would have described it. */

/** `tokenizer.ggml.token_type` of each token. */
const tokenKinds = { normal: 1, control: 3, userDefined: 4, unused: 5 };

/**
 * @throws RetuneError `gguf.unsupported-tokenizer`, `gguf.bad-metadata`, `tokenizer.unsupported`,
 *   `tokenizer.invalid-chat-template`
 */
export function ggufTokenizer(metadata: Metadata): Tokenizer {
  const files = tokenizerFiles(metadata);
  const template = metadata.text('tokenizer.chat_template');
  const { path } = metadata;
  return makeTokenizer(
    files,
    template === undefined ? noChatTemplate(path) : compileChatTemplate(template, path, files.named),
  );
}

interface Tokens {
  readonly all: readonly string[];
  /** One number of `tokenKinds` for each; empty when the file does not say. */
  readonly kinds: readonly number[];
  /** Those that text is made of, without control tokens. */
  readonly ids: ReadonlyMap<string, number>;
}

function tokenizerFiles(metadata: Metadata): TokenizerFiles {
  const tokens = readTokens(metadata);
  const named = namedTokens(metadata, tokens.all);
  const { definition, addBos, unknown } = describe(metadata, tokens);
  const bos = named.get('bos_token');
  const begins = metadata.flag('tokenizer.ggml.add_bos_token') ?? addBos;
  const texts: string[] = [];
  for (const [token, id] of tokens.ids) texts[id] = token;
  return {
    path: metadata.path,
    definition: {
      ...definition,
      added_tokens: [],
      post_processor: begins && bos !== undefined ? bosProcessor(bos) : null,
    },
    vocabulary: { ids: tokens.ids, tokens: texts },
    config: {},
    baseSize: texts.length,
    unknown,
    added: addedTokens(metadata, tokens, named),
    named,
  };
}

function readTokens(metadata: Metadata): Tokens {
  const key = 'tokenizer.ggml.tokens';
  const all = metadata.required(key, metadata.texts(key));
  const kinds = metadata.numbers('tokenizer.ggml.token_type') ?? [];
  const ids = new Map<string, number>();
  for (const [id, token] of all.entries()) {
    const textual = kinds[id] !== tokenKinds.control && kinds[id] !== tokenKinds.unused && token !== '';
    if (textual && !ids.has(token)) ids.set(token, id);
  }
  if (ids.size === 0) throw metadata.bad(key, 'is empty');
  return { all, kinds, ids };
}

interface Description {
  /** As tokenizer.json, with its model but without vocabulary. */
  readonly definition: JsonObject;
  readonly addBos: boolean;
  /** What stands for characters that are not in the vocabulary; bytes are all in it. */
  readonly unknown: string | undefined;
}

function describe(metadata: Metadata, tokens: Tokens): Description {
  const key = 'tokenizer.ggml.model';
  const model = metadata.required(key, metadata.text(key));
  if (model === 'gpt2') return describeByteLevel(metadata, tokens);
  if (model === 'llama') return describeSentencePiece(metadata, tokens);
  throw unsupportedGgufTokenizer(metadata.path, `its tokenizer is of the kind ${model}`, ['gpt2', 'llama']);
}

function describeByteLevel(metadata: Metadata, tokens: Tokens): Description {
  const key = 'tokenizer.ggml.merges';
  const merges = metadata.required(key, metadata.texts(key));
  const { steps, normalizer, ignoreMerges, addBos } = preTokenizer(metadata, tokens.all.length);
  const definition = {
    normalizer,
    pre_tokenizer: { type: 'Sequence', pretokenizers: steps },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: {}, merges, ignore_merges: ignoreMerges },
  };
  return { definition, addBos, unknown: undefined };
}

function preTokenizer(metadata: Metadata, vocabularySize: number): PreTokenizer {
  const named = metadata.text('tokenizer.ggml.pre') ?? 'default';
  const architecture = metadata.text('general.architecture') ?? '';
  const name = named === 'default' || named === '' ? usualPreTokenizer(architecture, vocabularySize) : named;
  const found = preTokenizerNamed(name);
  if (found !== undefined) return found;
  throw unsupportedGgufTokenizer(metadata.path, `its pre-tokenizer is ${name}`, preTokenizerNames);
}

function describeSentencePiece(metadata: Metadata, { ids, kinds }: Tokens): Description {
  const key = 'tokenizer.ggml.scores';
  const scores = metadata.required(key, metadata.numbers(key));
  const pieces = new Map([...ids].filter(([, id]) => (kinds[id] ?? tokenKinds.normal) === tokenKinds.normal));
  const merges = mergesByScore(pieces, scores);
  const unknown = ids.has('<unk>') ? '<unk>' : undefined;
  const definition = {
    ...sentencePieceDefinition(metadata.flag('tokenizer.ggml.add_space_prefix') ?? true),
    model: { type: 'BPE', vocab: {}, merges, byte_fallback: true, fuse_unk: true, unk_token: unknown },
  };
  return { definition, addBos: true, unknown };
}

function bosProcessor(bos: string): JsonObject {
  const token = { SpecialToken: { id: bos, type_id: 0 } };
  const sequence = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  return {
    type: 'TemplateProcessing',
    single: [token, sequence('A', 0)],
    pair: [token, sequence('A', 0), sequence('B', 1)],
    special_tokens: { [bos]: { id: bos, ids: [], tokens: [bos] } },
  };
}

/** Tokens that are found in the text as they are, before anything else is done to it. */
function addedTokens(metadata: Metadata, { all, kinds }: Tokens, named: ReadonlyMap<string, string>): AddedToken[] {
  const special = new Set([...named.values(), ...endTokens(metadata, all).map((id) => all[id]!)]);
  return all.flatMap((content, id) => {
    const control = kinds[id] === tokenKinds.control || special.has(content);
    if (content === '' || !(control || kinds[id] === tokenKinds.userDefined)) return [];
    return [{ id, content, special: control, normalized: false, lstrip: false, rstrip: false, singleWord: false }];
  });
}
