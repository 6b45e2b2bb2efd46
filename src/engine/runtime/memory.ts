import type { Dtype } from '../../policy/dtype.ts';
import type { MemoryEstimate } from '../../policy/model-info.ts';
import type { ProviderName } from '../../policy/provider.ts';
import { setOption } from '../../shared/errors/actions.ts';
import type { RetuneError } from '../../shared/errors/retune-error.ts';
import { embeddingName } from '../checkpoint/expected-tensors.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import { entryBytes, planWeights, type QuantisedNames, type WeightLayout } from '../checkpoint/weight-layout.ts';
import type { WeightOptions } from '../checkpoint/weights.ts';
import { dequantisedRows } from '../graph/frozen-weights.ts';
import { type MemoryRemedy, notEnoughMemory } from './errors.ts';
import { availableMemory } from './memory-available.ts';
import { modelSize } from './model-size.ts';

export interface MemoryOptions {
  readonly dtype: Dtype;
  /** Quantisation block, default 32. */
  readonly block?: WeightOptions['block'];
  /** How the model's files hold quantised matrices; see `planWeights`. */
  readonly quantised?: QuantisedNames;
  /** Tokens the cache of one sequence is counted with. It grows on demand: pass what will be used, not what is allowed. */
  readonly contextLength: number;
  readonly provider: ProviderName;
  readonly checkpointing: boolean;
  /** T: tokens of prompt and response in one update, default 512. */
  readonly updateTokens?: number;
  /** R: tokens of the response, default 128. */
  readonly responseTokens?: number;
}

const float = 4;
/** Node and onnxruntime with their libraries, and the decode graph of some 600 nodes. */
const runtimeBytes = 184e6;
/** A training graph of some 6000 nodes. */
const trainingGraphBytes = 100e6;
const prefillRows = 512;
/** Copies of the [R, V] logits that live at once: logits, log-softmax, its exponential, cotangent, and a temporary. */
const logitCopies = 3.5;
/** [heads, T, T] buffers that live at once in the backward pass of one layer's attention. */
const attentionCopies = 5;
/** onnxruntime's arena loses this much to rounding and to holes between runs of different lengths. */
const arenaOverhead = 1.25;

/**
 * What a model will take, in bytes, from its dimensions (H, I, V, L as in ModelConfig):
 *
 * - weights: the bytes of the converted file, which the decode graph holds in packed form;
 * - decode: the embedding rows once more when they are also the (packed) output matrix · keys and values in fp32, twice on
 *   the CPU (ours and the operator's own output) · activations of a prefill of 512 tokens · the runtime itself;
 * - update: the mapped file that training reads besides the packed weights · activations of T tokens, 4I + 6H floats per token
 *   and layer, and the attention matrices, of all layers or (layer checkpointing) of one · the logits of R positions · for
 *   quantised weights the largest matrices in fp32.
 *
 * Within 25 % of what was measured at the shape of Qwen2.5-0.5B (test/unit/engine/runtime/memory.test.ts has the numbers).
 */
export function estimateMemory(config: ModelConfig, options: MemoryOptions): MemoryEstimate {
  return {
    weights: weightBytes(config, options),
    decode: decodeBytes(config, options),
    update: updateBytes(config, options) + weightBytes(config, options),
    available: availableMemory(),
  };
}

function weightBytes(config: ModelConfig, options: MemoryOptions): number {
  return planned(config, options).bytes;
}

function planned(config: ModelConfig, { dtype, block, quantised }: MemoryOptions): WeightLayout {
  return planWeights(config, { dtype, ...(block !== undefined && { block }) }, quantised);
}

function decodeBytes(config: ModelConfig, options: MemoryOptions): number {
  const { layers, kvHeads, headSize, hiddenSize: H, intermediateSize: I } = config;
  const onCpu = options.provider === 'cpu';
  const cache = 2 * layers * kvHeads * headSize * float * options.contextLength;
  const embeddingRows = config.tiedEmbeddings ? entryBytes(planned(config, options).entries.get(embeddingName)!) : 0;
  const prefill = prefillRows * (10 * H + 12 * I) * float;
  return runtimeBytes + prefill + (onCpu ? 2 * cache + embeddingRows : cache);
}

/** The part of an update that is its own (anonymous) memory. */
export function updateBytes(config: ModelConfig, options: MemoryOptions): number {
  const { layers, heads, hiddenSize: H, intermediateSize: I, vocabSize: V } = config;
  const { updateTokens: T = 512, responseTokens: R = 128, dtype } = options;
  const layer = T * (4 * I + 6 * H) * float;
  const scores = heads * T * T * float;
  const logits = logitCopies * R * V * float;
  const live = options.checkpointing
    ? layers * T * H * float + 2 * layer + attentionCopies * scores + logits
    : layers * (layer + scores) + Math.max(logits, attentionCopies * scores);
  return arenaOverhead * (trainingGraphBytes + live) + quantisedTrainingBytes(config, dtype);
}

/** Quantised weights are dequantised where they are used: two matrices, or pieces of the output matrix, at a time. */
function quantisedTrainingBytes(config: ModelConfig, dtype: Dtype): number {
  return dtype === 'fp32'
    ? 0
    : 2 * Math.max(modelSize(config).largestLinear, dequantisedRows * config.hiddenSize) * float;
}

/** Bytes needed to only generate, or to adapt as well. */
export function neededMemory(estimate: MemoryEstimate, purpose: 'generate' | 'adapt'): number {
  return estimate.weights + estimate.decode + (purpose === 'adapt' ? estimate.update : 0);
}

/**
 * Whether updates should recompute each layer in the backward pass: when a plain one would take more than four fifths of
 * what is available. Recomputing costs some 40 % of an update's time at 512 tokens.
 */
export function needsLayerCheckpointing(config: ModelConfig, options: Omit<MemoryOptions, 'checkpointing'>): boolean {
  const plain = estimateMemory(config, { ...options, checkpointing: false });
  return neededMemory(plain, 'adapt') > 0.8 * plain.available;
}

/** The error to show when the model would not fit into what is available now, with remedies that would help it. */
export function checkMemory(
  estimate: MemoryEstimate,
  options: Pick<MemoryOptions, 'dtype' | 'contextLength' | 'checkpointing'>,
  purpose: 'generate' | 'adapt' = 'generate',
): RetuneError | undefined {
  if (neededMemory(estimate, purpose) <= estimate.available) return undefined;
  const { dtype, checkpointing, contextLength } = options;
  const smallest = setOption('dtype', 'int4');
  const remedies: (MemoryRemedy | false)[] = [
    dtype === 'fp32' && { text: 'load the weights as int8 or int4', action: smallest },
    dtype === 'int8' && { text: 'load the weights as int4', action: smallest },
    purpose === 'adapt' &&
      !checkpointing && { text: 'turn layer checkpointing on', action: setOption('layerCheckpointing') },
    contextLength > 2048 && {
      text: `choose a shorter context than ${contextLength} tokens`,
      action: setOption('contextLength', '2048'),
    },
    { text: 'close other programs' },
    { text: 'choose a smaller model', action: setOption('model') },
  ];
  return notEnoughMemory(
    estimate,
    purpose,
    remedies.filter((remedy) => remedy !== false),
  );
}
