import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { badReward, emptyCompletion, scoreTooLong } from '../../shared/errors/model.ts';
import type { ModelInfo } from '../../shared/model-types.ts';
import type {
  GenerateRequest,
  Generation,
  GenerationEvent,
  Prompt,
  Score,
  ScoreRequest,
  UpdateReport,
  UpdateRequest,
} from '../../shared/policy-types.ts';
import { type AnchorSet, prepareAnchors } from '../adaptation/anchors.ts';
import { newSessionState, type SessionState } from '../adaptation/session-state.ts';
import type { AdapterStore } from '../adaptation/store.ts';
import { update } from '../adaptation/update.ts';
import type { WeightNorms } from '../adaptation/weight-change.ts';
import type { GenerationDefaults, Tokenizer } from '../checkpoint/tokenizer-types.ts';
import { generateBatch } from '../generation/batch.ts';
import { generate } from '../generation/generate.ts';
import { PrefixCache } from '../generation/prefix-cache.ts';
import type { ResolvedRequest } from '../generation/request.ts';
import type { LocalModel } from './local-model-types.ts';
import type { OnnxDecoder } from './onnx-decoder.ts';
import type { OnnxTrainer } from './onnx-trainer.ts';
import { SerialAccess } from './serial-access.ts';

export interface LocalModelParts {
  readonly info: ModelInfo;
  readonly tokenizer: Tokenizer;
  readonly defaults: GenerationDefaults;
  readonly decoder: OnnxDecoder;
  readonly trainer: OnnxTrainer;
  readonly adapters: AdapterStore;
  readonly norms: WeightNorms;
  /** Whether training sessions may stay in memory between updates. */
  readonly keepTrainer: () => boolean;
}

/** A checkpoint opened in this process: names become tokens and weights here, and one run at a time is let through. */
export class OpenedModel implements LocalModel {
  readonly info: ModelInfo;
  readonly adapters: LocalModel['adapters'];
  readonly #parts: LocalModelParts;
  readonly #prefix: PrefixCache;
  readonly #access = new SerialAccess();
  /** Counts of roll-backs by adapter name. */
  readonly #sessions = new Map<string, SessionState>();
  #anchors: AnchorSet | undefined;

  constructor(parts: LocalModelParts) {
    this.info = parts.info;
    this.#parts = parts;
    this.#prefix = new PrefixCache(parts.decoder);
    const store = parts.adapters;
    const forgetting = <T>(name: string, result: Promise<T>): Promise<T> => {
      this.#sessions.delete(name);
      return result;
    };
    this.adapters = {
      list: () => store.list(),
      create: (spec) => store.create(spec),
      load: (spec) => store.load(spec),
      save: (spec) => store.save(spec),
      reset: (name) => forgetting(name, store.reset(name)),
      drop: (name) => forgetting(name, store.drop(name)),
    };
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    const release = await this.#access.enter();
    try {
      const { decoder, tokenizer, defaults } = this.#parts;
      const deps = { decoder, tokenizer, defaults, stopTokens: [], cache: this.#prefix };
      return yield* generate(deps, this.#resolve(request), signal);
    } finally {
      release();
    }
  }

  generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<Generation[]> {
    return this.#access.run(() => {
      const { decoder, tokenizer, defaults } = this.#parts;
      const resolved = requests.map((request) => this.#resolve(request));
      return generateBatch({ decoder, tokenizer, defaults, stopTokens: [] }, resolved, signal);
    });
  }

  score(request: ScoreRequest, signal: AbortSignal): Promise<Score> {
    return this.#access.run(async () => {
      throwIfCancelled(signal, 'Scoring');
      const { tokenizer, trainer, adapters } = this.#parts;
      const promptTokens = this.#promptTokens(request.prompt, request.templateVariables);
      const { completion } = request;
      const completionTokens = 'tokens' in completion ? completion.tokens : tokenizer.encode(completion.text);
      if (completionTokens.length === 0) throw emptyCompletion();
      const length = promptTokens.length + completionTokens.length;
      if (length > this.info.contextLength) throw scoreTooLong(length, this.info.contextLength);
      const pair = { prompt: promptTokens, response: completionTokens };
      const { logProb } = await trainer.evaluate(pair, adapters.effective(request.adapter), { distribution: false });
      await this.#settle();
      return { promptTokens, completionTokens, logprobs: [...logProb] };
    });
  }

  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport> {
    return this.#access.run(async () => {
      // A wrong sign poisons the adapter, and requests come over a wire.
      if (request.reward !== 1 && request.reward !== -1) throw badReward(request.reward);
      const { trainer, adapters, norms } = this.#parts;
      const name = await this.#trained(request);
      const session = this.#sessions.get(name) ?? newSessionState();
      this.#sessions.set(name, session);
      this.#anchors ??= await this.#prepareAnchors(signal);
      const length = request.promptTokens.length + request.responseTokens.length;
      if (length > this.info.contextLength) throw scoreTooLong(length, this.info.contextLength);
      const { report, adapter } = await update(
        { trainer, anchors: this.#anchors, norms, session },
        {
          pair: { prompt: request.promptTokens, response: request.responseTokens },
          reward: request.reward,
          adapters: adapters.selected(request.adapter),
          train: adapters.get(name),
          ...(request.options === undefined ? {} : { options: request.options }),
        },
        signal,
      );
      // Replacing is the only change of state: whatever fails or is cancelled before leaves the old adapter in place.
      if (report.accepted) adapters.replace(adapter);
      await this.#settle();
      return report;
    });
  }

  dispose(): Promise<void> {
    return this.#access.run(async () => {
      this.#prefix.dispose();
      await this.#parts.trainer.release();
      await this.#parts.decoder.dispose();
    });
  }

  /** The name of the adapter to train, which is created when it does not exist. */
  async #trained({ adapter, options }: UpdateRequest): Promise<string> {
    const kind = adapter.train;
    const name = adapter[kind] ?? kind;
    if (this.#parts.adapters.find(name) === undefined) {
      const seed = options?.seed === undefined ? {} : { seed: options.seed };
      await this.#parts.adapters.create({ name, kind, ...seed });
    }
    return name;
  }

  #resolve({ prompt, adapter, templateVariables, ...rest }: GenerateRequest): ResolvedRequest {
    const promptTokens = this.#promptTokens(prompt, templateVariables);
    return { ...rest, promptTokens, adapter: this.#parts.adapters.effective(adapter) };
  }

  #promptTokens(prompt: Prompt, variables: Readonly<Record<string, unknown>> = {}): readonly number[] {
    const { tokenizer } = this.#parts;
    if ('tokens' in prompt) return prompt.tokens;
    if ('text' in prompt) return tokenizer.encode(prompt.text, { addSpecial: true });
    // Templates write their own begin-of-text token.
    return tokenizer.encode(tokenizer.chat(prompt.messages, { addGenerationPrompt: true, variables }));
  }

  #prepareAnchors(signal: AbortSignal): Promise<AnchorSet> {
    const { tokenizer, trainer, decoder, defaults } = this.#parts;
    return prepareAnchors(
      {
        trainer,
        vocabSize: decoder.vocabSize,
        encode: (text) => tokenizer.encode(text, { addSpecial: true }),
        generate: async (promptTokens, maxTokens) => {
          const parts = { decoder, tokenizer, defaults, stopTokens: [] };
          const request = { promptTokens, maxTokens, sampling: { temperature: 0, repetitionPenalty: 1 } };
          const [answer] = await generateBatch(parts, [request], signal);
          return answer?.responseTokens ?? [];
        },
      },
      signal,
    );
  }

  async #settle(): Promise<void> {
    if (!this.#parts.keepTrainer()) await this.#parts.trainer.release();
  }
}
