import { Tokenizer as Pipeline } from '@huggingface/tokenizers';
import type { Message } from '../../policy/prompt.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { AddedTokenSplitter, type Section } from './added-tokens.ts';
import { byteLevelBytes, decodeByteLevel, decodeSentencePiece, sentencePieceBytes } from './byte-alphabet.ts';
import { type ChatTemplate, loadChatTemplate } from './chat-template.ts';
import { tokenizerUnsupported, unknownToken } from './errors.ts';
import { type AddedToken, readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.ts';
import type { Tokenizer } from './tokenizer-types.ts';

/**
 * Reads tokenizer.json, tokenizer_config.json and the chat template of a checkpoint.
 * @throws RetuneError `tokenizer.missing`, `.broken`, `.unsupported` or `.invalid-chat-template`, naming the file.
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const files = await readTokenizerFiles(directory);
  return makeTokenizer(files, await loadChatTemplate(directory, files.config, files.named));
}

/** @throws RetuneError `tokenizer.unsupported` */
export function makeTokenizer(files: TokenizerFiles, template: ChatTemplate): Tokenizer {
  try {
    const tokenizer = new CheckpointTokenizer(files, template);
    // Parts with options of a wrong type are built without complaint, and fail at the first text.
    tokenizer.encode(probe);
    return tokenizer;
  } catch (error) {
    if (error instanceof RetuneError) throw error;
    throw tokenizerUnsupported(files.path, `It cannot encode a text: ${String(error)}.`, error);
  }
}

/** Some of every kind of character that pre-tokenisers tell apart. */
const probe = " It's 12 (ä)\n\tend.  ";

const empty = new Uint8Array();

/**
 * Normaliser, pre-tokeniser and byte-pair merges are the package's; added tokens and decoding are ours, because an answer
 * is decoded byte by byte and because special tokens must be refusable in untrusted text.
 */
class CheckpointTokenizer implements Tokenizer {
  readonly size: number;
  readonly #pipeline: Pipeline;
  readonly #template: ChatTemplate;
  readonly #added = new Map<number, AddedToken>();
  readonly #unknownId: number | undefined;
  readonly #asGiven: AddedTokenSplitter;
  readonly #normalised: AddedTokenSplitter;
  /** Ids that the post-processor puts around a text, for example begin-of-text. */
  readonly #prefix: readonly number[];
  readonly #suffix: readonly number[];
  readonly #byteLevel: boolean;
  /** Decoders of SentencePiece vocabularies remove the space that the normaliser put before the first word. */
  readonly #stripsLeadingSpace: boolean;

  constructor(files: TokenizerFiles, template: ChatTemplate) {
    this.#template = template;
    try {
      this.#pipeline = new Pipeline(files.definition, files.config);
      giveVocabulary(this.#pipeline, files);
    } catch (error) {
      throw tokenizerUnsupported(files.path, `It cannot be built: ${String(error)}.`, error);
    }
    let size = files.baseSize;
    const asGiven = new Map<string, AddedToken>();
    const normalised = new Map<string, AddedToken>();
    for (const token of files.added) {
      size = Math.max(size, token.id + 1);
      this.#added.set(token.id, token);
      const late = token.normalized && this.#pipeline.normalizer !== null;
      const text = late ? this.#normalise(token.content) : token.content;
      // An empty text would be found between all characters.
      if (text !== '') (late ? normalised : asGiven).set(text, token);
    }
    this.size = size;
    this.#asGiven = new AddedTokenSplitter(asGiven);
    this.#normalised = new AddedTokenSplitter(normalised);
    this.#unknownId = files.unknown === undefined ? undefined : this.#idOf(files, files.unknown);
    [this.#prefix, this.#suffix] = this.#affixes(files);
    this.#byteLevel =
      mentions(files.definition.decoder, 'ByteLevel') || mentions(files.definition.pre_tokenizer, 'ByteLevel');
    this.#stripsLeadingSpace = !this.#byteLevel && mentions(files.definition.decoder, 'Strip', 'Metaspace');
  }

  get thinks(): boolean {
    return this.#template.thinks;
  }

  get hasChatTemplate(): boolean {
    return this.#template.present;
  }

  encode(text: string, options: { readonly addSpecial?: boolean; readonly parseSpecial?: boolean } = {}): number[] {
    const parseSpecial = options.parseSpecial ?? true;
    const ids: number[] = options.addSpecial ? [...this.#prefix] : [];
    for (const [index, section] of this.#asGiven.split(text, parseSpecial).entries()) {
      for (const part of this.#afterNormalising(section, parseSpecial)) this.#append(ids, part, index);
    }
    if (options.addSpecial) for (const id of this.#suffix) ids.push(id);
    return ids;
  }

  decode(ids: readonly number[], options: { readonly skipSpecial?: boolean } = {}): string {
    const tokens: string[] = [];
    for (const id of ids) {
      const token = this.#textOf(id);
      if (!(options.skipSpecial && this.isSpecial(id))) tokens.push(token);
    }
    if (this.#byteLevel) return decodeByteLevel(tokens);
    const text = decodeSentencePiece(tokens);
    return this.#stripsLeadingSpace && text.startsWith(' ') ? text.slice(1) : text;
  }

  bytes(id: number): Uint8Array {
    const token = this.#find(id);
    if (token === undefined || this.isSpecial(id)) return empty;
    return this.#byteLevel ? byteLevelBytes(token) : sentencePieceBytes(token);
  }

  isSpecial(id: number): boolean {
    return this.#added.get(id)?.special === true;
  }

  chat(
    messages: readonly Message[],
    options: { readonly addGenerationPrompt?: boolean; readonly variables?: Readonly<Record<string, unknown>> } = {},
  ): string {
    return this.#template.render(messages, options);
  }

  #normalise(text: string): string {
    return this.#pipeline.normalizer === null ? text : this.#pipeline.normalizer(text);
  }

  #afterNormalising(section: Section, parseSpecial: boolean): Section[] {
    return 'token' in section ? [section] : this.#normalised.split(this.#normalise(section.text), parseSpecial);
  }

  #append(ids: number[], section: Section, index: number): void {
    if ('token' in section) {
      ids.push(section.token.id);
      return;
    }
    const { pre_tokenizer: split, model } = this.#pipeline;
    const words = split === null ? [section.text] : split(section.text, { section_index: index });
    for (const token of model?.(words) ?? []) {
      const id = this.#pipeline.token_to_id(token) ?? this.#unknownId;
      if (id !== undefined) ids.push(id);
    }
  }

  #affixes(files: TokenizerFiles): [number[], number[]] {
    const text = '\u0000';
    const around: string[] = this.#pipeline.post_processor?.([text], null, true).tokens ?? [text];
    const middle = around.indexOf(text);
    const id = (token: string): number => {
      const found = this.#idOf(files, token);
      if (found !== undefined) return found;
      const name = JSON.stringify(token);
      throw tokenizerUnsupported(files.path, `Its post-processor adds the token ${name}, which is in no vocabulary.`);
    };
    return [around.slice(0, middle).map(id), around.slice(middle + 1).map(id)];
  }

  #idOf(files: TokenizerFiles, token: string): number | undefined {
    return files.added.find((added) => added.content === token)?.id ?? this.#pipeline.token_to_id(token);
  }

  #find(id: number): string | undefined {
    return this.#added.get(id)?.content ?? this.#pipeline.id_to_token(id);
  }

  #textOf(id: number): string {
    const token = this.#find(id);
    if (token === undefined) throw unknownToken(id, this.size);
    return token;
  }
}

/** The package would make these from the object of the file, through a list of 150 000 entries: a tenth of a second. */
function giveVocabulary({ model }: Pipeline, { vocabulary, unknown }: TokenizerFiles): void {
  if (!model) return;
  model.tokens_to_ids = vocabulary.ids as Map<string, number>;
  model.vocab = vocabulary.tokens as string[];
  model.unk_token_id = unknown === undefined ? undefined : vocabulary.ids.get(unknown);
}

/** Whether a component, or one inside its sequence, has one of these types. */
function mentions(component: unknown, ...types: string[]): boolean {
  if (Array.isArray(component)) return component.some((part) => mentions(part, ...types));
  if (typeof component !== 'object' || component === null) return false;
  const { type, decoders, pretokenizers } = component as Record<string, unknown>;
  return types.some((wanted) => wanted === type) || mentions(decoders, ...types) || mentions(pretokenizers, ...types);
}
