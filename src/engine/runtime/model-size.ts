import { embeddingName, expectedTensors, headName } from '../checkpoint/expected-tensors.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';

/** Numbers of parameters. */
export interface ModelSize {
  /** All linears of all layers. */
  readonly linears: number;
  /** The largest linear of a layer. */
  readonly largestLinear: number;
  /** The embedding table, V·H. */
  readonly embedding: number;
  /** The output matrix when it is one of its own, else 0. */
  readonly head: number;
  /** Norm weights and biases, always fp32. */
  readonly vectors: number;
  readonly total: number;
}

/** Counted from the tensors that the checkpoint must have. */
export function modelSize(config: ModelConfig): ModelSize {
  let [linears, largestLinear, vectors, total] = [0, 0, 0, 0];
  const tensors = expectedTensors(config);
  for (const [name, shape] of tensors) {
    const count = elements(shape);
    total += count;
    if (shape.length < 2) vectors += count;
    else if (name !== embeddingName && name !== headName) {
      linears += count;
      largestLinear = Math.max(largestLinear, count);
    }
  }
  const embedding = elements(tensors.get(embeddingName) ?? []);
  return { linears, largestLinear, embedding, head: total - linears - vectors - embedding, vectors, total };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
