import type { SamplingOptions } from '../../policy/generation.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import type { Tokenizer } from '../tokenizer/tokenizer-types.ts';
import type { Decoder } from './decoder.ts';
import { invalidGenerationOption, promptEmpty, promptTooLong, tokenUnknown } from './errors.ts';
import type { GenerationDefaults } from './generation-defaults.ts';
import { isToken } from './is-token.ts';
import { type ResolvedSampling, resolveSampling } from './sampling-options.ts';

/** A request whose prompt has become tokens and whose adapter names have become weights. */
export interface ResolvedRequest {
  readonly promptTokens: readonly number[];
  /** The beginning of the answer that the prompt's last tokens stand for. */
  readonly prefix?: string | undefined;
  readonly adapter?: EffectiveAdapter | undefined;
  readonly sampling?: SamplingOptions | undefined;
  /** Default: until the context is full. */
  readonly maxTokens?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly stopTokens?: readonly number[] | undefined;
  readonly logprobs?: boolean | undefined;
}

/** What generation depends on. */
export interface GenerationParts {
  readonly decoder: Decoder;
  readonly tokenizer: Tokenizer;
  /** End an answer besides those of a request and those of the defaults. */
  readonly stopTokens: readonly number[];
  readonly defaults: GenerationDefaults;
}

/** A valid request, with every default filled in. */
export interface CheckedRequest {
  readonly promptTokens: readonly number[];
  readonly prefix: string;
  readonly adapter: EffectiveAdapter | undefined;
  readonly sampling: ResolvedSampling;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly stopTokens: ReadonlySet<number>;
  readonly logprobs: boolean;
}

/**
 * @throws RetuneError `generation.prompt-empty`, `.prompt-too-long`, `.token-unknown` and `.invalid-option`,
 * all before anything has run.
 */
export function checkRequest(parts: GenerationParts, request: ResolvedRequest): CheckedRequest {
  const { decoder, defaults } = parts;
  const { promptTokens, maxTokens = Infinity } = request;
  if (promptTokens.length === 0) throw promptEmpty();
  if (promptTokens.length >= decoder.maxPositions) throw promptTooLong(promptTokens.length, decoder.maxPositions);
  const unknown = promptTokens.findIndex((token) => !isToken(token, decoder.vocabSize));
  if (unknown >= 0) throw tokenUnknown('prompt', promptTokens[unknown]!, unknown, decoder.vocabSize);
  if (maxTokens !== Infinity && !(Number.isInteger(maxTokens) && maxTokens > 0)) {
    throw invalidGenerationOption('maxTokens', maxTokens, 'a whole number from 1 upwards');
  }
  const stop = request.stop ?? [];
  if (stop.includes('')) throw invalidGenerationOption('stop', '', 'a list of strings that are not empty');
  return {
    promptTokens,
    prefix: request.prefix ?? '',
    adapter: request.adapter,
    sampling: resolveSampling(request.sampling ?? {}, defaults),
    maxTokens,
    stop,
    stopTokens: new Set([...parts.stopTokens, ...defaults.stopTokens, ...(request.stopTokens ?? [])]),
    logprobs: request.logprobs ?? false,
  };
}
