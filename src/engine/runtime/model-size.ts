import type { Dtype } from '../../policy/dtype.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';

/** Numbers of parameters. */
export interface ModelSize {
  /** All linears of all layers. */
  readonly linears: number;
  /** The embedding table, V·H. */
  readonly embedding: number;
  /** The output matrix when it is one of its own, else 0. */
  readonly head: number;
  /** Norm weights and biases, always fp32. */
  readonly vectors: number;
  readonly total: number;
}

export function modelSize(config: ModelConfig): ModelSize {
  const { hiddenSize: H, intermediateSize: I, layers, heads, kvHeads, headSize, vocabSize } = config;
  const q = heads * headSize;
  const kv = kvHeads * headSize;
  const linears = layers * (2 * H * q + 2 * H * kv + 3 * H * I);
  const embedding = vocabSize * H;
  const head = config.tiedEmbeddings ? 0 : embedding;
  const perLayer =
    2 * H +
    (config.qkvBias ? q + 2 * kv : 0) +
    (config.outputBias ? H : 0) +
    (config.mlpBias ? 2 * I + H : 0) +
    (config.qkNorm ? 2 * headSize : 0);
  const vectors = layers * perLayer + H;
  return { linears, embedding, head, vectors, total: linears + embedding + head + vectors };
}

/** Bytes of so many matrix elements as they are stored: values, and one fp32 scale per quantisation block. */
export function storedBytes(elements: number, dtype: Dtype, block = 32): number {
  if (dtype === 'fp32') return elements * 4;
  return elements * ((dtype === 'int4' ? 4 : 8) / 8 + 4 / block);
}
