import { join } from 'node:path';
import { modelWeights, type WeightsStream } from '../agent/adapt.ts';
import type { CoadaptDependencies } from '../agent/coadapt.ts';
import type { LoopEvent } from '../agent/events.ts';
import { axes } from '../agent/method.ts';
import { noWeights, recordedPolicy, recordedWords } from '../agent/recorded.ts';
import { modelWords } from '../agent/words/model-words.ts';
import type { WordsStream } from '../agent/words/words.ts';
import type { AdapterSelection } from '../policy/adapters.ts';
import type { Policy } from '../policy/policy.ts';
import type { UpdateOptions } from '../policy/update.ts';
import { isCancelled, throwIfCancelled } from '../shared/errors/cancelled.ts';
import { messageOf } from '../shared/errors/thrown.ts';
import type { FixEvent, LearningOutcome, SessionStart } from './fix-events.ts';
import type { FixHost, FixOptions } from './fix-options.ts';
import { workspaceKey } from './storage.ts';

interface LoopParts extends Pick<CoadaptDependencies, 'policy' | 'words' | 'weights'> {
  readonly words: WordsStream;
  readonly weights: WeightsStream;
}

export interface LoopSetup {
  readonly parts: LoopParts;
  readonly adapter: AdapterSelection;
  readonly events: readonly FixEvent[];
}

/** Name under which the workspace adapter is loaded; one workspace folder per session. */
const workspaceAdapter = 'workspace';

/** A smaller model has to change its matrices more to change its answers as much; chosen on the training split. */
const small = { parameters: 1e8, update: { weightCap: 0.05 } } as const;

function updateFor(parameters: number | undefined): UpdateOptions | undefined {
  return parameters !== undefined && parameters < small.parameters ? small.update : undefined;
}

/**
 * A session's share of the model: the policy of its host, the adapters that this session made or loaded in it, and where the
 * attempts come from (the model, or a record).
 */
export class PolicyLease {
  readonly #host: FixHost;
  readonly #options: FixOptions;
  readonly #start: SessionStart;
  /** PEFT directories of the session adapter, one for each turn that changed it; on the machine where the model runs. */
  readonly #directory: string;
  #policy: Policy | undefined;
  #session: string | undefined;

  constructor(host: FixHost, options: FixOptions, start: SessionStart, directory: string) {
    this.#host = host;
    this.#options = options;
    this.#start = start;
    this.#directory = directory;
  }

  /** Opens the model, if the session has one. */
  async open(signal: AbortSignal): Promise<void> {
    this.#policy = await this.#host.policy?.(signal);
  }

  /**
   * Loads what was learnt in this workspace, and makes the session adapter or loads it as it was after `turns` turns.
   * @param recorded events of a record whose answers are used instead of the model's
   */
  async take(turns: number, recorded: readonly LoopEvent[] | undefined, signal: AbortSignal): Promise<LoopSetup> {
    throwIfCancelled(signal, 'The session');
    const policy = this.#policy;
    const events: FixEvent[] = [];
    if (policy === undefined) {
      const record = recorded ?? [];
      const parts = {
        policy: recordedPolicy(record, undefined, turns + 1),
        words: recordedWords(record),
        weights: noWeights,
      };
      return { parts, adapter: {}, events };
    }
    const learnt = await this.#openWorkspace(policy, events, signal);
    const adapter: AdapterSelection = {
      ...(learnt && { workspace: workspaceAdapter }),
      ...(await this.#openSession(policy, turns, events, signal)),
    };
    const { parameters, contextLength } = policy.info;
    events.push({ kind: 'model', ...(parameters !== undefined && { parameters }), contextLength, learnt });
    const parts = {
      policy: recorded === undefined ? policy : recordedPolicy(recorded, policy, turns + 1),
      words: modelWords(policy),
      weights: modelWeights(policy, adapter, this.#options.update ?? updateFor(parameters)),
    };
    return { parts, adapter, events };
  }

  async #openWorkspace(policy: Policy, events: FixEvent[], signal: AbortSignal): Promise<boolean> {
    if (this.#options.learn === false || !policy.info.capabilities.persists) return false;
    const spec = { key: workspaceKey(this.#start.folder), name: workspaceAdapter };
    const { loaded, state } = await policy.workspace.open(spec, signal);
    for (const message of state.notices) events.push({ kind: 'notice', message });
    return loaded;
  }

  async #openSession(
    policy: Policy,
    turns: number,
    events: FixEvent[],
    signal: AbortSignal,
  ): Promise<AdapterSelection> {
    const { method, maxTurns, seed, id } = this.#start;
    const { switchTurn } = this.#options;
    const options = { method, maxTurns, ...(switchTurn !== undefined && { switchTurn }) };
    const adapts = Array.from({ length: maxTurns }, (_, i) => axes(options, i + 1)).some(({ weights }) => weights);
    if (!adapts) return {};
    if (!policy.info.capabilities.adapts) {
      const message = 'This model only answers; its weights cannot be changed, so it is corrected by words alone.';
      events.push({ kind: 'notice', message });
      return {};
    }
    const name = `session-${id}`;
    this.#session = name;
    for (let turn = turns; turn >= 1; turn--) {
      try {
        await policy.adapters.load({ name, kind: 'session', directory: this.#saved(turn) }, signal);
        return { session: name };
      } catch (error) {
        if (isCancelled(error)) throw error;
        // No update was accepted in that turn; the one before it applies.
      }
    }
    await policy.adapters.create({ name, kind: 'session', seed }, signal);
    if (turns > 0) {
      const message = 'No saved weights of the interrupted session were found; it continues with those of the model.';
      events.push({ kind: 'notice', message });
    }
    return { session: name };
  }

  /** @returns why it could not be saved, in which case the session can be resumed only with fresh weights */
  async saveSessionAdapter(turn: number): Promise<string | undefined> {
    if (this.#session === undefined) return undefined;
    try {
      await this.#policy?.adapters.save({ name: this.#session, directory: this.#saved(turn) });
      return undefined;
    } catch (error) {
      const why = messageOf(error);
      return `The adapted weights could not be saved for resuming: ${why}`;
    }
  }

  #saved(turn: number): string {
    return join(this.#directory, `turn-${turn}`);
  }

  /**
   * One r = +1 update of the workspace adapter on the clean context, which is that of the first turn, and the accepted answer.
   * Learning is a bonus: whatever goes wrong with it is reported and does not prevent keeping the change.
   */
  async learn(events: readonly FixEvent[], signal: AbortSignal): Promise<LearningOutcome | undefined> {
    const policy = this.#policy;
    if (policy === undefined || this.#options.learn === false || !policy.info.capabilities.persists) return undefined;
    // Recorded answers are not this model's own.
    if (this.#start.recorded) return undefined;
    const generated = events.filter((event) => event.kind === 'generated');
    const [first, accepted] = [generated[0], generated.at(-1)];
    if (first === undefined || accepted === undefined || accepted.responseTokens.length === 0) return undefined;
    try {
      const { report, version, notices } = await policy.workspace.accept(
        {
          key: workspaceKey(this.#start.folder),
          name: workspaceAdapter,
          promptTokens: first.promptTokens,
          responseTokens: accepted.responseTokens,
        },
        signal,
      );
      if (version !== undefined) return { version, notices };
      return { why: `nothing was learnt: the update was rolled back (${report.reason})`, notices };
    } catch (error) {
      if (isCancelled(error)) return { why: 'nothing was learnt: learning was stopped', notices: [] };
      return { why: `nothing was learnt: ${messageOf(error)}`, notices: [] };
    }
  }

  /**
   * Returns to the weights of the base model and the workspace. Never rejects: files are undone and locks released regardless.
   */
  async forgetSessionAdapter(): Promise<void> {
    const name = this.#session;
    this.#session = undefined;
    if (name === undefined) return;
    try {
      await this.#policy?.adapters.drop(name);
    } catch {
      // Its name belongs to this session, so what is left of it is used by nobody and is freed with the model.
    }
  }
}
