import { join } from 'node:path';
import { allCapabilities } from '../../policy/capabilities.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import type { OpenModelOptions, OpenProgress } from '../../policy/open-options.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { stateRoot } from '../../shared/state-root.ts';
import { AdapterStore } from '../adaptation/store.ts';
import { WorkspaceFiles } from '../adaptation/workspace-files.ts';
import { defaultCacheDirectory } from '../checkpoint/cache.ts';
import { type Checkpoint, quantisedIn } from '../checkpoint/checkpoint.ts';
import { checkpointKey, contentKey } from '../checkpoint/content-key.ts';
import { readManifest } from '../checkpoint/manifest.ts';
import { prepareWeights } from '../checkpoint/prepare.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { chooseProvider } from './choose-provider.ts';
import { defaultThreads } from './cpu-count.ts';
import { OpenedModel } from './local-model.ts';
import type { LocalModel } from './local-model-types.ts';
import { checkMemory, estimateMemory, neededMemory, needsLayerCheckpointing } from './memory.ts';
import { badContextLength } from './model-errors.ts';
import { modelSize } from './model-size.ts';
import { openModelSource } from './model-source.ts';
import { OnnxDecoder } from './onnx-decoder.ts';
import { OnnxTrainer } from './onnx-trainer.ts';

export interface OpenModelHooks {
  readonly onProgress?: (progress: OpenProgress) => void;
  /** Where workspace adapters are kept; default: `adapters` in the user's state folder. */
  readonly adaptersDirectory?: string;
}

/** Contexts above this are only used when asked for: their keys and values would take gigabytes. */
const defaultContextCap = 32768;
/** The cache grows on demand, so memory is checked for an ordinary conversation. */
const countedContext = 2048;

/**
 * Opens a checkpoint: reads and checks it, compares memory, chooses the provider, converts the weights once (or finds them
 * in the cache) and creates the graph session for decoding. Nothing is half-written when it throws.
 * @throws RetuneError of the areas `checkpoint`, `tokenizer`, `runtime`, `model`, and `cancelled`
 */
export async function openModel(
  options: OpenModelOptions,
  { onProgress = () => undefined, adaptersDirectory = join(stateRoot(), 'adapters') }: OpenModelHooks,
  signal: AbortSignal,
): Promise<LocalModel> {
  const started = performance.now();
  const { dtype = 'int8', block = 32, threads = defaultThreads() } = options;
  onProgress({ stage: 'reading' });
  const source = await openModelSource(options.directory, signal);
  const { checkpoint } = source;
  const { config, directory } = checkpoint;
  const [tokenizer, defaults] = await Promise.all([source.loadTokenizer(), source.readDefaults()]);
  const contextLength = resolveContext(options.contextLength, config.maxPositions);
  throwIfCancelled(signal, 'Opening the model');

  onProgress({ stage: 'self-test' });
  const chosen = await chooseProvider(options.provider ?? 'auto', { threads });
  const { provider } = chosen;
  const countedLength = Math.min(contextLength, countedContext);
  const sizing = { dtype, block, quantised: quantisedIn(checkpoint), contextLength: countedLength, provider };
  const checkpointing = options.layerCheckpointing ?? needsLayerCheckpointing(config, sizing);
  const memory = estimateMemory(config, { ...sizing, checkpointing });
  const tooLarge = checkMemory(memory, { dtype, contextLength, checkpointing });
  if (tooLarge !== undefined && !options.ignoreMemory) throw tooLarge;

  const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory();
  const conversion = {
    dtype,
    block,
    cacheDirectory,
    onProgress: (fraction: number) => onProgress({ stage: 'converting', fraction }),
  };
  const weights = await prepareWeights(checkpoint, conversion, signal);
  onProgress({ stage: 'loading' });
  const parameters = modelSize(config).total;
  const decoder = new OnnxDecoder(config, weights, {
    provider,
    threads,
    maxPositions: contextLength,
    prefillChunk: Math.min(chosen.prefillChunk, cancellableChunk(parameters)),
  });
  await decoder.prepare();
  // With less than twice an update's memory to spare, the graph sessions for training are made again each time.
  const lean = checkpointing || memory.available < 2 * neededMemory(memory, 'adapt');
  const trainer = new OnnxTrainer(config, weights, { provider, threads, layerCheckpointing: checkpointing, lean });
  if (signal.aborted) await decoder.release();
  throwIfCancelled(signal, 'Opening the model');
  const info: ModelInfo = {
    directory,
    capabilities: allCapabilities,
    architecture: config.architecture,
    parameters,
    hiddenSize: config.hiddenSize,
    layers: config.layers,
    heads: config.heads,
    kvHeads: config.kvHeads,
    headSize: config.headSize,
    intermediateSize: config.intermediateSize,
    vocabSize: config.vocabSize,
    contextLength,
    tiedEmbeddings: config.tiedEmbeddings,
    dtype,
    ...(dtype !== 'fp32' && { block }),
    provider,
    providerReason: chosen.reason,
    threads,
    hasChatTemplate: tokenizer.hasChatTemplate,
    thinks: tokenizer.thinks,
    ...(defaults.trainedPrompts !== undefined && { trainedPrompts: defaults.trainedPrompts }),
    memory,
    loadMs: performance.now() - started,
    warmCache: weights.warm,
  };
  const base = { config, path: directory, key: await adapterKey(checkpoint, weights) };
  return new OpenedModel({
    info,
    tokenizer,
    defaults,
    decoder,
    trainer,
    adapters: new AdapterStore(base),
    config,
    workspaceFiles: new WorkspaceFiles(adaptersDirectory, base),
    norms: (layer, module) => weights.entries.get(`model.layers.${layer}.${module}.weight`)?.norm ?? 0,
    lean,
  });
}

function resolveContext(asked: number | undefined, limit: number): number {
  if (asked === undefined) return Math.min(limit, defaultContextCap);
  if (!Number.isInteger(asked) || asked < 2 || asked > limit) throw badContextLength(asked, limit);
  return asked;
}

/** A run cannot be interrupted: prefill chunks are sized so that a slow CPU is done with one in about a second. */
function cancellableChunk(parameters: number): number {
  const tokens = 1.5e11 / parameters;
  return Math.min(512, Math.max(32, 2 ** Math.floor(Math.log2(tokens))));
}

async function adapterKey(checkpoint: Checkpoint, weights: PreparedWeights): Promise<string> {
  const manifest = await readManifest(weights.directory);
  return contentKey(manifest?.sources ?? [{ name: checkpoint.directory, sha256: '' }]);
}

/**
 * What was learnt for workspace folders with a checkpoint that need not be open.
 * @throws RetuneError of the area `checkpoint`, and `cancelled`
 */
export async function openWorkspaceFiles(
  directory: string,
  adaptersDirectory: string,
  signal: AbortSignal,
): Promise<WorkspaceFiles> {
  const { checkpoint } = await openModelSource(directory, signal);
  const key = await checkpointKey(checkpoint, signal);
  return new WorkspaceFiles(adaptersDirectory, { config: checkpoint.config, path: checkpoint.directory, key });
}
