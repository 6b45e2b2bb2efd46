import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically, writeFully } from '../../shared/atomic-file.ts';
import { damagedFile, nothingToRevert } from '../../shared/errors/adaptation.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import type { TokenPair } from '../runtime/trainer.ts';
import type { LoraAdapter } from './adapter.ts';
import { exists, setAside } from './adapter-directory.ts';
import { maxReplayed } from './consolidation.ts';
import { type AdapterBase, loadPeft, savePeft } from './peft.ts';

const pointerSchema = z.object({ history: z.array(z.number().int().min(1)) });
const tokens = z.array(z.number().int().min(0));
const pairsSchema = z.array(z.object({ prompt: tokens, response: tokens }));

/** Versions kept on disk. */
const keptVersions = 10;

/** A damaged file that was set aside; the work went on without it, but the user must be told. */
export type Notice = RetuneError;

/**
 * One workspace adapter's versions on disk, all writes atomic:
 *
 *     <root>/versions/000003/   a PEFT directory with retune.json
 *     <root>/current.json       {"history":[1,3]}: the versions that led to the current one, which is last
 *     <root>/accepted.json      the accepted pairs that later updates replay
 *
 * The root belongs to one workspace folder and one base model.
 */
export class WorkspaceVersions {
  readonly #root: string;
  readonly #base: AdapterBase;

  constructor(root: string, base: AdapterBase) {
    this.#root = root;
    this.#base = base;
  }

  /**
   * The current version, or the newest earlier one that is intact.
   * @returns no adapter when there is no intact version: the workspace then begins at the base model.
   */
  async load(
    name: string,
  ): Promise<{ readonly adapter: LoraAdapter | undefined; readonly notices: readonly Notice[] }> {
    const notices: Notice[] = [];
    const history = await this.#history(notices);
    for (const [index, version] of [...history.entries()].reverse()) {
      try {
        const adapter = await loadPeft(this.#directory(version), this.#base, {
          name,
          kind: 'workspace',
          seed: version,
        });
        // What was lost is told once, not at every start.
        if (index < history.length - 1) await this.#writeJson('current.json', { history: history.slice(0, index + 1) });
        return { adapter: { ...adapter, version }, notices };
      } catch (error) {
        const lost = ['adaptation.corrupt', 'adaptation.not-an-adapter'];
        if (!(error instanceof RetuneError) || !lost.includes(error.code)) throw error;
        notices.push(error);
      }
    }
    if (history.length > 0) await this.#writeJson('current.json', { history: [] });
    return { adapter: undefined, notices };
  }

  /** Saves as the next version and makes it current. The returned adapter has the version's number and the same content. */
  async append(adapter: LoraAdapter): Promise<LoraAdapter> {
    const onDisk = await this.#onDisk();
    const history = await this.#history([]);
    const version = Math.max(0, ...onDisk, ...history) + 1;
    const numbered = { ...adapter, version };
    await savePeft(numbered, this.#base, this.#directory(version));
    const kept = [...history, version].slice(-keptVersions);
    await this.#writeJson('current.json', { history: kept });
    const stale = onDisk.filter((number) => !kept.includes(number));
    for (const number of stale) await rm(this.#directory(number), { recursive: true, force: true });
    return numbered;
  }

  /**
   * Makes the version before the current one current, or the base model when there is none; the files of the reverted one stay
   * until the next `append`.
   * @throws RetuneError `adaptation.nothing-to-revert`
   */
  async revert(
    name: string,
  ): Promise<{ readonly adapter: LoraAdapter | undefined; readonly notices: readonly Notice[] }> {
    const history = await this.#history([]);
    if (history.length === 0) throw nothingToRevert(this.#root);
    await this.#writeJson('current.json', { history: history.slice(0, -1) });
    return this.load(name);
  }

  /** Version numbers that led to the current one, oldest first. */
  async history(): Promise<readonly number[]> {
    return this.#history([]);
  }

  /** Earlier accepted pairs, oldest first. */
  async accepted(): Promise<{ readonly pairs: readonly TokenPair[]; readonly notices: readonly Notice[] }> {
    const notices: Notice[] = [];
    return { pairs: (await this.#readJson('accepted.json', pairsSchema, notices)) ?? [], notices };
  }

  /** Adds an accepted pair; only the newest 16 are kept. */
  async remember({ prompt, response }: TokenPair): Promise<void> {
    const { pairs } = await this.accepted();
    await this.#writeJson('accepted.json', [...pairs, { prompt, response }].slice(-maxReplayed));
  }

  #directory(version: number): string {
    return join(this.#root, 'versions', String(version).padStart(6, '0'));
  }

  async #onDisk(): Promise<number[]> {
    const versions = join(this.#root, 'versions');
    const names = (await exists(versions)) ? await readdir(versions) : [];
    return names
      .filter((name) => /^\d{6,}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Without a usable pointer all versions on disk count, so that none is lost with it. */
  async #history(notices: Notice[]): Promise<readonly number[]> {
    const pointer = await this.#readJson('current.json', pointerSchema, notices);
    return pointer?.history ?? (await this.#onDisk());
  }

  async #readJson<T>(name: string, schema: z.ZodType<T>, notices: Notice[]): Promise<T | undefined> {
    const path = join(this.#root, name);
    if (!(await exists(path))) return undefined;
    const text = await readFile(path, 'utf8');
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      notices.push(damagedFile(path, await setAside(path), cause));
      return undefined;
    }
  }

  async #writeJson(name: string, value: unknown): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
    await writeFileAtomically(join(this.#root, name), (file) => writeFully(file, bytes, 0));
  }
}
