import type { AdapterSelection } from '../../policy/adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import type { Prompt } from '../../policy/prompt.ts';
import type { Score, ScoreRequest } from '../../policy/score.ts';
import type { UpdateReport, UpdateRequest } from '../../policy/update.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { SerialQueue } from '../../shared/serial-queue.ts';
import { type AnchorSet, prepareAnchors } from '../adaptation/anchors.ts';
import { type ConsolidationInput, consolidate } from '../adaptation/consolidation.ts';
import { readSession } from '../adaptation/peft.ts';
import { newSessionState, type SessionState } from '../adaptation/session-state.ts';
import type { AdapterStore } from '../adaptation/store.ts';
import type { TokenPair } from '../adaptation/trainer.ts';
import { type UpdateDependencies, type UpdateResult, update } from '../adaptation/update.ts';
import type { WeightNorms } from '../adaptation/weight-change.ts';
import type { WorkspaceFiles } from '../adaptation/workspace-files.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import { generateBatch } from '../generation/batch.ts';
import { generate } from '../generation/generate.ts';
import type { GenerationDefaults } from '../generation/generation-defaults.ts';
import { PrefixCache } from '../generation/prefix-cache.ts';
import type { ResolvedRequest } from '../generation/request.ts';
import type { Tokenizer } from '../tokenizer/tokenizer-types.ts';
import type { LocalModel } from './local-model-types.ts';
import { LocalWorkspace } from './local-workspace.ts';
import { modelDisposed, scoreNotFinite } from './model-errors.ts';
import type { OnnxDecoder } from './onnx-decoder.ts';
import type { OnnxTrainer } from './onnx-trainer.ts';
import { checkPair, checkUpdate } from './request-checks.ts';

export interface LocalModelParts {
  readonly info: ModelInfo;
  readonly tokenizer: Tokenizer;
  readonly defaults: GenerationDefaults;
  readonly decoder: OnnxDecoder;
  readonly trainer: OnnxTrainer;
  readonly adapters: AdapterStore;
  readonly config: ModelConfig;
  readonly workspaceFiles: WorkspaceFiles;
  readonly norms: WeightNorms;
  /** Memory is short: only what a request needs is kept, at the price of seconds per update. */
  readonly lean: boolean;
}

/** A checkpoint opened in this process: names become tokens and weights here, and only one run is let through at a time. */
export class OpenedModel implements LocalModel {
  readonly info: ModelInfo;
  readonly adapters: LocalModel['adapters'];
  readonly workspace: LocalWorkspace;
  readonly #parts: LocalModelParts;
  readonly #prefix: PrefixCache;
  readonly #queue = new SerialQueue();
  /** Numbers of roll-backs by adapter name. */
  readonly #sessions = new Map<string, SessionState>();
  #anchors: AnchorSet | undefined;
  #disposed = false;

  constructor(parts: LocalModelParts) {
    this.info = parts.info;
    this.#parts = parts;
    this.#prefix = new PrefixCache(parts.decoder);
    const store = parts.adapters;
    this.workspace = new LocalWorkspace({
      files: parts.workspaceFiles,
      store,
      config: parts.config,
      contextLength: parts.info.contextLength,
      exclusive: (task) =>
        this.#queue.run(() => {
          this.#requireOpen();
          return task();
        }),
      learn: (input, signal) => this.#learn(input, signal),
    });
    // Only a change that succeeded lets a name stand for something else.
    const changed = async <T>(name: string, change: Promise<T>, session?: Promise<SessionState | undefined>) => {
      const result = await change;
      const known = await session;
      this.workspace.release(name);
      if (known === undefined) this.#sessions.delete(name);
      else this.#sessions.set(name, known);
      return result;
    };
    this.adapters = {
      list: () => store.list(),
      create: (spec) => changed(spec.name, store.create(spec)),
      load: (spec) => changed(spec.name, store.load(spec), readSession(spec.directory)),
      save: (spec) => store.save(spec, this.#sessions.get(spec.name)),
      reset: (name) => changed(name, store.reset(name)),
      drop: (name) => changed(name, store.drop(name)),
    };
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    this.#requireOpen();
    throwIfCancelled(signal, 'Counting tokens');
    return this.#promptTokens(prompt).length;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
    const release = await this.#queue.enter();
    try {
      this.#requireOpen();
      const { decoder, tokenizer, defaults } = this.#parts;
      const deps = { decoder, tokenizer, defaults, stopTokens: [], cache: this.#prefix };
      return yield* generate(deps, this.#resolve(request), signal);
    } finally {
      release();
    }
  }

  generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<Generation[]> {
    return this.#queue.run(async () => {
      this.#requireOpen();
      const { decoder, tokenizer, defaults } = this.#parts;
      const resolved = requests.map((request) => this.#resolve(request));
      return generateBatch({ decoder, tokenizer, defaults, stopTokens: [] }, resolved, signal);
    });
  }

  score(request: ScoreRequest, signal: AbortSignal): Promise<Score> {
    return this.#queue.run(async () => {
      this.#requireOpen();
      throwIfCancelled(signal, 'Scoring');
      const { tokenizer, trainer, adapters } = this.#parts;
      const promptTokens = this.#promptTokens(request.prompt, request.templateVariables);
      const { completion } = request;
      const completionTokens = 'tokens' in completion ? completion.tokens : tokenizer.encode(completion.text);
      const pair = { prompt: promptTokens, response: completionTokens };
      checkPair(pair, this.info);
      const { logProb } = await trainer.evaluate(pair, adapters.effective(request.adapter), { distribution: false });
      await this.#settle();
      const bad = logProb.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw scoreNotFinite(bad, logProb[bad]!);
      return { promptTokens, completionTokens, logprobs: [...logProb] };
    });
  }

  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport> {
    return this.#queue.run(async () => {
      this.#requireOpen();
      checkUpdate(request);
      const pair = { prompt: request.promptTokens, response: request.responseTokens };
      for (const each of [pair, ...rehearsed(request)]) checkPair(each, this.info);
      const { adapters } = this.#parts;
      const selection = await this.#completed(request);
      const train = adapters.get(selection[request.adapter.train] as string);
      const parts = await this.#training(signal);
      const options = request.options !== undefined && { options: request.options };
      const { report, adapter } =
        train.kind === 'workspace' && request.reward === 1
          ? await consolidate(
              parts,
              { adapter: train, accepted: pair, earlier: rehearsed(request), ...options },
              signal,
            )
          : await update(
              { ...parts, session: this.#session(train.name) },
              { pair, reward: request.reward, adapters: adapters.selected(selection), train, ...options },
              signal,
            );
      // Replacing is the only change of state: whatever fails or is cancelled before leaves the old adapter in place.
      if (report.accepted) {
        adapters.replace(adapter);
        // It is no version of a workspace any more.
        this.workspace.release(train.name);
      }
      await this.#settle();
      return report;
    });
  }

  /** A consolidation, which changes nothing by itself. */
  async #learn(input: ConsolidationInput, signal: AbortSignal): Promise<UpdateResult> {
    checkPair(input.accepted, this.info);
    const result = await consolidate(await this.#training(signal), input, signal);
    await this.#settle();
    return result;
  }

  /** What an update needs; memory that it does not need is released where it is short. */
  async #training(signal: AbortSignal): Promise<Omit<UpdateDependencies, 'session'>> {
    const { trainer, decoder, norms, lean } = this.#parts;
    this.#anchors ??= await this.#prepareAnchors(signal);
    if (lean) {
      this.#prefix.clear();
      await decoder.release();
    }
    return { trainer, anchors: this.#anchors, norms };
  }

  dispose(): Promise<void> {
    return this.#queue.run(async () => {
      this.#disposed = true;
      this.#prefix.dispose();
      await this.#parts.trainer.release();
      await this.#parts.decoder.release();
    });
  }

  /** Graph sessions are made when first needed, so a use after disposal would bring the model back for good. */
  #requireOpen(): void {
    if (this.#disposed) throw modelDisposed(this.info.directory);
  }

  /** The request's selection with the adapter to train in it, which is created when it does not exist. */
  async #completed({ adapter: { train, ...selection }, options }: UpdateRequest): Promise<AdapterSelection> {
    const name = selection[train] ?? train;
    if (this.#parts.adapters.find(name) === undefined) {
      await this.#parts.adapters.create({
        name,
        kind: train,
        ...(options?.seed !== undefined && { seed: options.seed }),
      });
    }
    return { ...selection, [train]: name };
  }

  #session(adapter: string): SessionState {
    const known = this.#sessions.get(adapter) ?? newSessionState();
    this.#sessions.set(adapter, known);
    return known;
  }

  #resolve({ prompt, adapter, templateVariables, ...rest }: GenerateRequest): ResolvedRequest {
    const promptTokens = this.#promptTokens(prompt, templateVariables);
    const prefix = 'messages' in prompt ? prompt.prefix : undefined;
    return { ...rest, promptTokens, prefix, adapter: this.#parts.adapters.effective(adapter) };
  }

  #promptTokens(prompt: Prompt, variables: Readonly<Record<string, unknown>> = {}): readonly number[] {
    const { tokenizer } = this.#parts;
    if ('tokens' in prompt) return prompt.tokens;
    if ('text' in prompt) return tokenizer.encode(prompt.text, { addSpecial: true });
    // Templates write their own begin-of-text token.
    const text = tokenizer.chat(prompt.messages, { addGenerationPrompt: true, variables });
    return tokenizer.encode(text + (prompt.prefix ?? ''));
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
    if (this.#parts.lean) await this.#parts.trainer.release();
  }
}

/** Earlier accepted answers whose log-probability a consolidation must keep. */
function rehearsed({ rehearsal = [] }: UpdateRequest): TokenPair[] {
  return rehearsal.map(({ promptTokens, responseTokens }) => ({ prompt: promptTokens, response: responseTokens }));
}
