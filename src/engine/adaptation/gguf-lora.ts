import type { ModelConfig } from '../checkpoint/model-config.ts';
import { ggufArchitectureOfClass } from '../gguf/architectures.ts';
import { ggufName } from '../gguf/names.ts';
import { ggufHead } from '../gguf/writer.ts';
import type { LoraSlot } from '../graph/lora.ts';
import type { LoraAdapter } from './adapter.ts';
import { transpose } from './peft-tensors.ts';

interface Matrix {
  readonly name: string;
  /** Rows first. */
  readonly shape: readonly [number, number];
  readonly values: Float32Array;
}

/**
 * An adapter as llama.cpp loads it beside its base model (`--lora`): fp32 matrices named after the base's tensors, A [r, in]
 * and B [out, r], and alpha, whose quotient by r scales their product.
 * @returns undefined for an architecture that llama.cpp's names are not known of
 */
export function ggufLora(adapter: LoraAdapter, config: ModelConfig): Uint8Array | undefined {
  const architecture = ggufArchitectureOfClass(config.architecture);
  if (architecture === undefined) return undefined;
  const headSize = architecture.interleaved ? config.headSize : undefined;
  const matrices = adapter.layout.slots.map((slot) => matrixOf(slot, adapter.theta, headSize));
  const alpha = adapter.rankStabilised ? adapter.alpha * Math.sqrt(adapter.rank) : adapter.alpha;
  const metadata = {
    'general.architecture': { string: architecture.name },
    'general.type': { string: 'adapter' },
    'adapter.type': { string: 'lora' },
    'adapter.lora.alpha': { float32: alpha },
  };
  return assemble(metadata, matrices);
}

function matrixOf(
  { layer, module, matrix, rows, columns, offset }: LoraSlot,
  theta: Float32Array,
  headSize?: number,
): Matrix {
  const name = `${ggufName(`model.layers.${layer}.${module}.weight`)}.lora_${matrix.toLowerCase()}`;
  const values = transpose(theta.subarray(offset, offset + rows * columns), rows, columns);
  const rotated = headSize !== undefined && matrix === 'B' && /\.[qk]_proj$/.test(module);
  return { name, shape: [columns, rows], values: rotated ? interleaveRows(values, columns, headSize) : values };
}

/** As llama.cpp has the rows of q and k: row j · size/2 + p of a head becomes row 2p + j, j = 0, 1. */
function interleaveRows(values: Float32Array, rows: number, headSize: number): Float32Array {
  const width = values.length / rows;
  const half = headSize / 2;
  const moved = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const inHead = row % headSize;
    const to = row - inHead + 2 * (inHead % half) + Math.floor(inHead / half);
    moved.set(values.subarray(row * width, (row + 1) * width), to * width);
  }
  return moved;
}

function assemble(metadata: Parameters<typeof ggufHead>[0], matrices: readonly Matrix[]): Uint8Array {
  const tensors = matrices.map(({ name, shape, values }) => {
    return { name, dimensions: [shape[1], shape[0]], type: fp32, bytes: values.byteLength };
  });
  const { head, offsets, fileBytes } = ggufHead(metadata, tensors);
  const bytes = new Uint8Array(fileBytes);
  bytes.set(head);
  for (const [i, { values }] of matrices.entries()) bytes.set(new Uint8Array(values.buffer), offsets[i]!);
  return bytes;
}

/** ggml's number of the type. */
const fp32 = 0;
