import { access, constants, lstat, readdir, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DoctorProblem, DoctorProvider, DoctorReport } from '../../policy/doctor.ts';
import { type Dtype, dtypes } from '../../policy/dtype.ts';
import type { MemoryEstimate } from '../../policy/model-info.ts';
import type { ProviderChoice, ProviderName } from '../../policy/provider.ts';
import { runCommand } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { sentenceOf } from '../../shared/errors/thrown.ts';
import { codeOf } from '../../shared/system-code.ts';
import { productVersion } from '../../shared/version.ts';
import { defaultCacheDirectory } from '../checkpoint/cache.ts';
import { type Checkpoint, quantisedIn } from '../checkpoint/checkpoint.ts';
import { cacheNotWritable } from '../checkpoint/conversion-errors.ts';
import { planWeights } from '../checkpoint/weight-layout.ts';
import { builtInProviders, chooseProvider } from './choose-provider.ts';
import { defaultThreads, physicalCores } from './cpu-count.ts';
import { checkMemory, estimateMemory, type MemoryOptions } from './memory.ts';
import { availableMemory, totalMemory } from './memory-available.ts';
import { modelSize } from './model-size.ts';
import { openModelSource } from './model-source.ts';
import { loadOrt, type Ort } from './ort.ts';
import { explainStart, loadProvider } from './provider.ts';
import { selfTest } from './provider-selftest.ts';
import { describeSpeed, measureSpeed } from './provider-speed.ts';

export interface DiagnoseOptions {
  readonly provider?: ProviderChoice;
  /** A model directory to look at as well. */
  readonly directory?: string;
  readonly cacheDirectory?: string;
}

/** Examines the runtime, the providers, memory, the cache and, if given, a model. Never throws: what is broken is reported. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<DoctorReport> {
  const problems: DoctorProblem[] = [];
  /** Runs one part; its failure becomes a problem. */
  const attempt = async <T>(part: string, examine: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await examine();
    } catch (error) {
      problems.push(problemOf(part, error));
      return undefined;
    }
  };

  const threads = defaultThreads();
  const ort = await attempt('The local model runtime', loadOrt);
  const providers = ort === undefined ? [] : await examineProviders(ort, threads);
  const chosen = ort && (await attempt('The provider', () => chooseProvider(options.provider ?? 'auto', { threads })));
  const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory();
  const cache = await examineCache(cacheDirectory);
  await attempt('The cache', () => requireWritable(cacheDirectory));
  const { directory } = options;
  const model =
    directory === undefined
      ? undefined
      : await attempt('The model', () => examineModel(directory, problems, chosen?.provider ?? 'cpu'));
  if (model !== undefined) await attempt('The tokenizer', () => examineTexts(model.directory));
  return {
    version: productVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: { model: os.cpus()[0]?.model.trim() ?? 'unknown', physicalCores: physicalCores(), threads },
    memory: { total: totalMemory(), available: availableMemory() },
    ...(ort !== undefined && { onnxruntime: ort.env.versions.node ?? ort.env.versions.common }),
    providers,
    ...(chosen === undefined
      ? {}
      : { chosen: { provider: chosen.provider, reason: chosen.reason, prefillChunk: chosen.prefillChunk } }),
    cache,
    ...(model !== undefined && { model }),
    problems,
  };
}

/** A provider that does not start is not a problem: most machines lack most of them. */
async function examineProviders(ort: Ort, threads: number): Promise<DoctorProvider[]> {
  const found: DoctorProvider[] = [];
  for (const provider of builtInProviders(ort)) found.push(await examineProvider(provider, threads));
  return found;
}

async function examineProvider(provider: ProviderName, threads: number): Promise<DoctorProvider> {
  try {
    const { device, cpu, ratio } = await measureSpeed(provider, threads);
    const { usable, summary, prefillChunk, checks, milliseconds } = await selfTest(provider, threads);
    const speed = provider === 'cpu' ? '' : ` ${describeSpeed({ provider, device, cpu, ratio })}`;
    return {
      provider,
      available: usable,
      reason: provider === 'cpu' ? 'Always available.' : `${summary}${speed}`,
      ...(usable && { prefillChunk }),
      checks,
      selfTestMs: milliseconds,
      speed: { device, cpu, ratio },
    };
  } catch (error) {
    return { provider, available: false, reason: explainStart(await loadProvider(provider), error).why };
  }
}

async function examineCache(directory: string): Promise<DoctorReport['cache']> {
  const free = await freeBytes(directory);
  return { directory, size: await sizeOf(directory), ...(free !== undefined && { free }) };
}

/** @throws RetuneError `checkpoint.cache-not-writable` when the directory cannot be written or, while it is absent, made */
async function requireWritable(directory: string): Promise<void> {
  try {
    const place = await nearestExisting(directory);
    if (!(await stat(place)).isDirectory()) throw new Error(`${place} is not a directory`);
    await access(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cacheNotWritable(directory, error);
  }
}

/** The directory or its nearest ancestor that exists. A broken symbolic link counts as existing: it is in the way. */
async function nearestExisting(directory: string): Promise<string> {
  for (let place = path.resolve(directory); ; place = path.dirname(place)) {
    try {
      await lstat(place);
      return place;
    } catch (error) {
      const absent = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
      if (!absent || place === path.dirname(place)) throw error;
    }
  }
}

/** Of the disk that holds the directory, or would hold it: its nearest existing ancestor is asked. */
async function freeBytes(directory: string): Promise<number | undefined> {
  for (let place = path.resolve(directory); ; place = path.dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch {
      // It does not exist or cannot be read: its parent may.
      if (place === path.dirname(place)) return undefined;
    }
  }
}

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true }).catch(() => [])) {
    const status = await stat(path.join(directory, name)).catch(() => undefined);
    if (status?.isFile()) bytes += status.size;
  }
  return bytes;
}

async function examineModel(
  directory: string,
  problems: DoctorProblem[],
  provider: ProviderName,
): Promise<NonNullable<DoctorReport['model']>> {
  const source = await openModelSource(directory);
  const { config, directory: root } = source.checkpoint;
  const contextLength = Math.min(4096, config.maxPositions);
  const options = (dtype: MemoryOptions['dtype']): MemoryOptions => ({
    dtype,
    quantised: quantisedIn(source.checkpoint),
    contextLength,
    provider,
    checkpointing: true,
  });
  const memory: Partial<Record<Dtype, MemoryEstimate>> = {};
  const unsuitable: Partial<Record<Dtype, string>> = {};
  let tooLarge: RetuneError | undefined;
  // The smallest comes last. Only a model that does not fit in any form is a problem; the estimates show the rest.
  for (const dtype of dtypes) {
    const why = whyUnsuitable(source.checkpoint, dtype);
    if (why !== undefined) {
      unsuitable[dtype] = why;
      continue;
    }
    const estimate = estimateMemory(config, options(dtype));
    memory[dtype] = estimate;
    tooLarge = checkMemory(estimate, options(dtype));
  }
  if (tooLarge !== undefined) problems.push(problemOf('The model', tooLarge));
  return {
    directory: root,
    architecture: config.architecture,
    parameters: modelSize(config).total,
    hiddenSize: config.hiddenSize,
    layers: config.layers,
    vocabSize: config.vocabSize,
    contextLength: config.maxPositions,
    memory,
    ...(Object.keys(unsuitable).length > 0 && { unsuitable }),
  };
}

/** Why the model's sizes do not allow a number format (in its default blocks), if they do not. fp32 is always possible. */
function whyUnsuitable(checkpoint: Checkpoint, dtype: Dtype): string | undefined {
  try {
    planWeights(checkpoint.config, { dtype }, quantisedIn(checkpoint));
    return undefined;
  } catch (error) {
    if (error instanceof RetuneError) return `${error.what} ${error.why}`;
    throw error;
  }
}

/** What turns texts into tokens, and what ends an answer. */
async function examineTexts(directory: string): Promise<void> {
  const source = await openModelSource(directory);
  await source.loadTokenizer();
  await source.readDefaults();
}

function problemOf(part: string, error: unknown): DoctorProblem {
  if (error instanceof RetuneError) {
    const { what, why, remedy, actions } = error;
    return { what, why, remedy, actions };
  }
  return {
    what: `${part} could not be examined.`,
    why: sentenceOf(error),
    remedy: 'This is a bug: please report it with the whole report.',
    actions: [runCommand('doctor', { args: ['--json'] })],
  };
}
