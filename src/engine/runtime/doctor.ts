import { readdir, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import type {
  DoctorProblem,
  DoctorProvider,
  DoctorReport,
  ProviderChoice,
  ProviderName,
} from '../../shared/model-types.ts';
import { productVersion } from '../../shared/version.ts';
import { defaultCacheDirectory } from '../checkpoint/cache.ts';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { defaultThreads, physicalCores } from './cpu-count.ts';
import { checkMemory, estimateMemory, type MemoryOptions } from './memory.ts';
import { availableMemory, totalMemory } from './memory-available.ts';
import { modelSize } from './model-size.ts';
import { loadOrt, type Ort } from './ort.ts';
import { selfTest } from './provider-selftest.ts';
import { measureSpeed } from './provider-speed.ts';
import { builtInProviders, chooseProvider, describeSpeed, explainStart } from './providers.ts';

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
  const cache = await examineCache(options.cacheDirectory ?? defaultCacheDirectory());
  const { directory } = options;
  const model =
    directory === undefined
      ? undefined
      : await attempt('The model', () => examineModel(directory, problems, chosen?.provider ?? 'cpu'));
  return {
    version: productVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: { model: os.cpus()[0]?.model.trim() ?? 'unknown', physicalCores: physicalCores(), threads },
    memory: { total: totalMemory(), available: availableMemory() },
    ...(ort === undefined ? {} : { onnxruntime: ort.env.versions.node ?? ort.env.versions.common }),
    providers,
    ...(chosen === undefined
      ? {}
      : { chosen: { provider: chosen.provider, reason: chosen.reason, prefillChunk: chosen.prefillChunk } }),
    cache,
    ...(model === undefined ? {} : { model }),
    problems,
  };
}

/** A provider that does not start is no problem of its own: most machines lack most of them. */
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
      ...(usable ? { prefillChunk } : {}),
      checks,
      selfTestMs: milliseconds,
      speed: { device, cpu, ratio },
    };
  } catch (error) {
    return { provider, available: false, reason: explainStart(provider, error).why };
  }
}

async function examineCache(directory: string): Promise<DoctorReport['cache']> {
  const free = await freeBytes(directory);
  return { directory, size: await sizeOf(directory), ...(free === undefined ? {} : { free }) };
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
  const { config, directory: root } = await openCheckpoint(directory);
  const contextLength = Math.min(4096, config.maxPositions);
  const options = (dtype: MemoryOptions['dtype']): MemoryOptions => ({
    dtype,
    contextLength,
    provider,
    checkpointing: true,
  });
  const memory = {
    fp32: estimateMemory(config, options('fp32')),
    int8: estimateMemory(config, options('int8')),
    int4: estimateMemory(config, options('int4')),
  };
  // Only a model that does not fit in any form is a problem; the estimates tell the rest.
  const tooLarge = checkMemory(memory.int4, options('int4'));
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
  };
}

function problemOf(part: string, error: unknown): DoctorProblem {
  if (error instanceof RetuneError) return { what: error.what, why: error.why, remedy: error.remedy };
  return {
    what: `${part} could not be examined.`,
    why: error instanceof Error ? error.message : String(error),
    remedy: 'This is unexpected; please report it with the output of `retune doctor --json`.',
  };
}
