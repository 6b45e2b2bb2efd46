import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { codeOf } from '../../shared/system-code.ts';
import { fileUnreadable } from '../checkpoint/errors.ts';
import type { LoraAdapter } from './adapter.ts';
import { maxRehearsed } from './consolidation.ts';
import { type AdapterBase, loadPeft, savePeft } from './peft.ts';
import { adapterNotWritten } from './peft-errors.ts';
import { StateLog } from './state-log.ts';
import type { TokenPair } from './trainer.ts';
import { nothingToRevert, olderVersionsGone, versionUnreadable } from './workspace-errors.ts';

/** Number of versions kept on disk. */
const keptVersions = 10;
/** Age, in ms, from which unfinished files count as left by a process that was killed. */
const abandonedMs = 60 * 60 * 1000;

/** A damaged file that was set aside; the work continued without it, but the user must be told. */
export type Notice = RetuneError;

interface State {
  /** Versions that led to the current one, which is last. */
  readonly history: readonly number[];
  /** Versions before `history` whose files are not kept any more. */
  readonly dropped: number;
  /** Accepted answers, oldest first, each with the version that learnt it; a reverted version takes its answer with it. */
  readonly accepted: readonly { readonly version: number; readonly prompt: number[]; readonly response: number[] }[];
}

const nothing: State = { history: [], dropped: 0, accepted: [] };

/** What is current, and what an `append` must follow. */
export interface CurrentVersion {
  /** Undefined when nothing was learnt: the workspace is at the base model. */
  readonly adapter: LoraAdapter | undefined;
  /** Earlier accepted answers, oldest first. */
  readonly accepted: readonly TokenPair[];
  readonly notices: readonly Notice[];
  /** Where the log of states stood. */
  readonly at: number;
}

/**
 * One workspace adapter's versions on disk:
 *
 *     <root>/versions/000003/   a PEFT directory with retune.json; never changed once it is there
 *     <root>/state/000007.json  which versions led to the current one, and the accepted answers (see `StateLog`)
 *
 * A version counts once a state names it: a process that is killed at any instant leaves the earlier one current, and of two
 * processes that append at once the second learns of it. The root belongs to one workspace folder and one base model.
 */
export class WorkspaceVersions {
  readonly root: string;
  readonly #base: AdapterBase;
  readonly #log: StateLog<State>;

  constructor(root: string, base: AdapterBase) {
    this.root = root;
    this.#base = base;
    this.#log = new StateLog(join(root, 'state'), stateSchema(base.config.vocabSize));
  }

  /** The current version, or the newest earlier one that is intact; damaged ones are set aside and reported once. */
  async load(name: string): Promise<CurrentVersion> {
    const { state, at, notices } = await this.state();
    const found = [...notices];
    let { history } = state;
    let adapter: LoraAdapter | undefined;
    while (history.length > 0 && adapter === undefined) {
      adapter = await this.#intact(history.at(-1)!, name, found);
      if (adapter === undefined) history = history.slice(0, -1);
    }
    const mended = without(state, history);
    // Another process that changed the state meanwhile has seen the same damage.
    const stored = history.length === state.history.length || (await this.#mend(at, mended, found));
    return { adapter, accepted: mended.accepted, notices: found, at: stored && mended !== state ? at + 1 : at };
  }

  /**
   * Saves what was learnt from `accepted` as the next version and makes it current.
   * @param at of the version it was learnt from.
   * @returns the same adapter with its number, or undefined when another process has changed the current version since.
   * @throws RetuneError `adaptation.not-written`
   */
  async append(adapter: LoraAdapter, accepted: TokenPair, at: number): Promise<LoraAdapter | undefined> {
    const { state, at: now } = await this.state();
    if (now !== at) return undefined;
    // With a state before the first version, one whose process was killed before it counted can be distinguished from a lost state.
    if (at === 0 && !(await this.#log.commit(0, state))) return undefined;
    const onDisk = await this.#onDisk();
    const version = Math.max(0, ...onDisk, ...state.history) + 1;
    const numbered = { ...adapter, version };
    if (!(await this.#save(numbered))) return undefined;
    const history = [...state.history, version];
    const kept = history.slice(-keptVersions);
    const pair = { version, prompt: [...accepted.prompt], response: [...accepted.response] };
    const next: State = {
      history: kept,
      dropped: state.dropped + history.length - kept.length,
      accepted: [...state.accepted, pair].slice(-maxRehearsed),
    };
    let counts = false;
    try {
      counts = await this.#log.commit(Math.max(at, 1), next);
    } finally {
      if (!counts) await rm(this.#directory(version), { recursive: true, force: true });
    }
    if (!counts) return undefined;
    const stale = onDisk.filter((number) => !kept.includes(number));
    for (const number of stale) await rm(this.#directory(number), { recursive: true, force: true });
    await this.#removeAbandoned();
    return numbered;
  }

  /**
   * Makes the version before the current one current, or the base model when there is none; the files of the reverted one stay
   * until the next `append`.
   * @throws RetuneError `adaptation.nothing-to-revert`
   */
  async revert(name: string): Promise<CurrentVersion> {
    for (;;) {
      const { state, at, notices } = await this.state();
      const { history, dropped } = state;
      if (history.length === 0) throw nothingToRevert(this.root);
      if (history.length === 1 && dropped > 0) throw olderVersionsGone(this.root, dropped);
      if (!(await this.#log.commit(at, without(state, history.slice(0, -1))))) continue;
      const current = await this.load(name);
      return { ...current, notices: [...notices, ...current.notices] };
    }
  }

  /** Without a usable state all versions on disk count, so that none is lost with it. */
  async state(): Promise<{ readonly state: State; readonly at: number; readonly notices: readonly Notice[] }> {
    const { value, at, notices } = await this.#log.read();
    return { state: value ?? { ...nothing, history: await this.#onDisk() }, at, notices };
  }

  /** The PEFT directory of a version. */
  directory(version: number): string {
    return this.#directory(version);
  }

  /** Where nothing can be written, the work continues with the version found, and the damage is reported again the next time. */
  async #mend(at: number, mended: State, notices: Notice[]): Promise<boolean> {
    try {
      return await this.#log.commit(at, mended);
    } catch (error) {
      if (!(error instanceof RetuneError)) throw error;
      notices.push(error);
      return false;
    }
  }

  /**
   * The version, whose directory is ours: without `retune.json`, which has its checksums, it is damaged.
   * @throws RetuneError `adaptation.version-unreadable` when it is not there, and as `loadPeft`
   */
  async read(version: number, name: string): Promise<LoraAdapter> {
    const directory = this.#directory(version);
    try {
      const as = { name, kind: 'workspace' as const, seed: version };
      return { ...(await loadPeft(directory, this.#base, as, { alwaysOurs: true })), version };
    } catch (error) {
      if (!(error instanceof RetuneError) || error.code !== 'adaptation.not-an-adapter') throw error;
      throw versionUnreadable(directory, version);
    }
  }

  async #intact(version: number, name: string, notices: Notice[]): Promise<LoraAdapter | undefined> {
    try {
      return await this.read(version, name);
    } catch (error) {
      const lost = ['adaptation.corrupt', 'adaptation.version-unreadable'];
      if (!(error instanceof RetuneError) || !lost.includes(error.code)) throw error;
      notices.push(error);
      return undefined;
    }
  }

  /** False when another process has taken the number. */
  async #save(adapter: LoraAdapter): Promise<boolean> {
    const versions = join(this.root, 'versions');
    const fresh = join(versions, `new-${randomBytes(6).toString('hex')}`);
    try {
      await savePeft(adapter, this.#base, fresh);
      await rename(fresh, this.#directory(adapter.version));
      await syncDirectory(versions);
      return true;
    } catch (error) {
      // Windows says EPERM for a destination that exists. ENOENT: the whole directory was set aside meanwhile.
      if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(codeOf(error) ?? '')) return false;
      if (error instanceof RetuneError && codeOf(error.cause) === 'ENOENT') return false;
      throw error instanceof RetuneError ? error : adapterNotWritten(this.#directory(adapter.version), error);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }

  #directory(version: number): string {
    return join(this.root, 'versions', String(version).padStart(6, '0'));
  }

  async #onDisk(): Promise<number[]> {
    return (await this.#entries())
      .filter((name) => /^\d{6,}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await this.#entries()) {
      // Those with a dot are what `savePeft` was filling.
      if (!/^\.?new-/.test(name)) continue;
      const path = join(this.root, 'versions', name);
      const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
      if (Date.now() - modified > abandonedMs) await rm(path, { recursive: true, force: true });
    }
  }

  async #entries(): Promise<string[]> {
    return readdir(join(this.root, 'versions')).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw fileUnreadable(join(this.root, 'versions'), error);
    });
  }
}

/** The state after the last versions were taken back, which `history` no longer has. */
function without(state: State, history: readonly number[]): State {
  const gone = state.history.slice(history.length);
  if (gone.length === 0) return state;
  return { ...state, history, accepted: state.accepted.filter(({ version }) => !gone.includes(version)) };
}

function stateSchema(vocabSize: number): z.ZodType<State> {
  const version = z.number().int().min(1);
  const tokens = z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(vocabSize - 1),
    )
    .min(1);
  return z.object({
    history: z.array(version),
    dropped: z.number().int().min(0),
    accepted: z.array(z.object({ version, prompt: tokens, response: tokens })),
  });
}
