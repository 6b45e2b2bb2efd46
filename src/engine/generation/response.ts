import type { FinishReason, Generation, GenerationEvent } from '../../policy/generation.ts';
import { logProbability } from './log-softmax.ts';
import type { CheckedRequest, GenerationParts } from './request.ts';
import { Sampler, type SamplingBuffers } from './sampler.ts';
import { StopStrings } from './stopping.ts';
import { Utf8Stream } from './utf8-stream.ts';

export type TokenEvent = Extract<GenerationEvent, { kind: 'token' }>;

/** One answer as it grows: chooses its tokens, turns them into text, and knows when it ends. */
export class Response {
  readonly #request: CheckedRequest;
  readonly #contextLength: number;
  readonly #sampler: Sampler;
  readonly #utf8: Utf8Stream;
  readonly #stops: StopStrings;
  readonly #tokens: number[] = [];
  readonly #logprobs: number[] = [];
  #text: string;
  #finish: FinishReason | undefined;

  constructor(parts: GenerationParts, request: CheckedRequest, buffers: SamplingBuffers) {
    const { vocabSize, maxPositions } = parts.decoder;
    this.#request = request;
    this.#text = request.prefix;
    this.#contextLength = maxPositions;
    this.#sampler = new Sampler(request.sampling, vocabSize, request.promptTokens, buffers);
    this.#utf8 = new Utf8Stream(parts.tokenizer);
    this.#stops = new StopStrings(request.stop);
  }

  /** Why it ended, as soon as it has. */
  get finish(): FinishReason | undefined {
    return this.#finish;
  }

  /**
   * Chooses the next token.
   * @param logits fp32 [V]
   * @throws RetuneError `generation.logits-not-finite`
   */
  next(logits: Float32Array): TokenEvent {
    const id = this.#sampler.next(logits);
    this.#tokens.push(id);
    const text = this.#take(id);
    this.#text += text;
    if (!this.#request.logprobs) return { kind: 'token', id, text };
    const logprob = logProbability(logits, id);
    this.#logprobs.push(logprob);
    return { kind: 'token', id, text, logprob };
  }

  /** Ends it from outside. Text that was held back joins the answer, without an event. */
  cancel(): void {
    if (this.#finish !== undefined) return;
    this.#finish = 'cancelled';
    this.#text += this.#flush();
  }

  generation(timings: Generation['timings']): Generation {
    return {
      text: this.#text,
      promptTokens: this.#request.promptTokens,
      responseTokens: this.#tokens,
      ...(this.#request.logprobs && { logprobs: this.#logprobs }),
      finish: this.#finish ?? 'cancelled',
      seed: this.#request.sampling.seed,
      timings,
    };
  }

  /** The text this token makes certain; decides whether it is the last one. */
  #take(id: number): string {
    const { promptTokens, maxTokens, stopTokens } = this.#request;
    if (stopTokens.has(id)) {
      this.#finish = 'stop-token';
      return this.#flush();
    }
    const { text, stopped } = this.#stops.push(this.#utf8.push(id));
    if (stopped) {
      this.#finish = 'stop-string';
      return text;
    }
    if (this.#tokens.length >= maxTokens) this.#finish = 'max-tokens';
    else if (promptTokens.length + this.#tokens.length >= this.#contextLength) this.#finish = 'context-full';
    return this.#finish === undefined ? text : text + this.#flush();
  }

  #flush(): string {
    const { text } = this.#stops.push(this.#utf8.end());
    return text + this.#stops.end();
  }
}
