import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenPair } from '../../src/engine/adaptation/trainer.ts';
import { architectures } from '../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { ModelConfig } from '../../src/engine/checkpoint/model-config.ts';
import { prepareWeights } from '../../src/engine/checkpoint/prepare.ts';
import type { PreparedWeights, WeightOptions } from '../../src/engine/checkpoint/weights.ts';
import { type EffectiveAdapter, type LoraLayout, loraLayout } from '../../src/engine/graph/lora.ts';

/** The fixtures made by tools/oracles with PyTorch, transformers and PEFT; formats: test/fixtures/README.md. */

export const checkpoints = [
  'qwen2',
  'qwen2-untied',
  'qwen3',
  'llama',
  'llama-bias',
  'yarn',
  'linear',
  'qwen2-window',
  'mistral',
  'mistral-window',
  'qwen2-train',
] as const;
export const loraCheckpoints = ['qwen2', 'qwen3', 'llama', 'llama-bias', 'mistral-window'] as const;
export type CheckpointName = (typeof checkpoints)[number];

export function fixture(...path: string[]): string {
  return join(fileURLToPath(new URL('../fixtures', import.meta.url)), ...path);
}

export const checkpointDirectory = (name: CheckpointName): string => fixture('checkpoints', name);

export function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(fixture(...path), 'utf8')) as T;
}

/** F32 tensors of a small safetensors file, read by the simplest code there is (the product's reader has tests of its own). */
export function readTensors(...path: string[]): Record<string, Float32Array> {
  const bytes = readFileSync(fixture(...path));
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const tensors: Record<string, Float32Array> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = entry.data_offsets.map((offset) => bytes.byteOffset + 8 + headerBytes + offset) as [
      number,
      number,
    ];
    tensors[name] = new Float32Array(bytes.buffer.slice(start, end));
  }
  return tensors;
}

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / size);
}

export interface PreparedFixture {
  readonly config: ModelConfig;
  readonly weights: PreparedWeights;
}

/** A cache directory of one test file; call `dispose` in `after`. */
export class FixtureCache {
  #directory: string | undefined;

  async prepare(name: CheckpointName, options: WeightOptions = { dtype: 'fp32' }): Promise<PreparedFixture> {
    this.#directory ??= await mkdtemp(join(tmpdir(), 'retune-test-'));
    const checkpoint = await openCheckpoint(checkpointDirectory(name), architectures);
    const weights = await prepareWeights(checkpoint, { ...options, cacheDirectory: this.#directory });
    return { config: checkpoint.config, weights };
  }

  async dispose(): Promise<void> {
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}

export interface LoraOracle {
  readonly layout: LoraLayout;
  readonly adapter: EffectiveAdapter;
  readonly pair: TokenPair;
  readonly weights: readonly number[];
  readonly tensors: Readonly<Record<string, Float32Array>>;
  readonly meta: {
    readonly gaussNewton: Record<'centred' | 'plain', { lambda: number; iterations: number; residuals: number[] }>;
    readonly norms: Record<string, number>;
  };
  /** A gradient in our layout and effective scale → PEFT's order and raw scale, every stride-th element. */
  sampled(gradient: Float32Array): Float32Array;
  /** A full vector over PEFT's raw parameters → our layout: as a parameter or tangent (B times the scale). */
  fromPeft(vector: Float32Array): Float32Array;
  /** θ as PEFT's raw parameters, in PEFT's order. */
  readonly peftTheta: Float32Array;
}

export function loraOracle(name: (typeof loraCheckpoints)[number], config: ModelConfig): LoraOracle {
  const meta = readJson<
    LoraOracle['meta'] & {
      rank: number;
      alpha: number;
      stride: number;
      prompt: number[];
      response: number[];
      weights: number[];
    }
  >('checkpoints', name, 'lora.json');
  const stored = readTensors('checkpoints', name, 'adapter', 'adapter_model.safetensors');
  const layout = loraLayout(config, meta.rank);
  const scale = meta.alpha / meta.rank;
  const peftTheta = new Float32Array(layout.size);
  for (const { layer, module, matrix, offset } of layout.slots) {
    const key = `base_model.model.model.layers.${layer}.${module}.lora_${matrix}.weight`;
    peftTheta.set(stored[key] as Float32Array, offset);
  }
  // Calls back with (our index, PEFT's index, scale of this element).
  const each = (visit: (ours: number, theirs: number, factor: number) => void) => {
    for (const { matrix, rows, columns, offset } of layout.slots) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          visit(offset + row * columns + column, offset + column * rows + row, matrix === 'B' ? scale : 1);
        }
      }
    }
  };
  const fromPeft = (vector: Float32Array): Float32Array => {
    const ours = new Float32Array(layout.size);
    each((i, j, factor) => {
      ours[i] = (vector[j] as number) * factor;
    });
    return ours;
  };
  return {
    layout,
    adapter: { layout, theta: fromPeft(peftTheta), version: 1 },
    pair: { prompt: meta.prompt, response: meta.response },
    weights: meta.weights,
    tensors: readTensors('checkpoints', name, 'lora.safetensors'),
    meta,
    fromPeft,
    peftTheta,
    sampled: (gradient) => {
      const theirs = new Float32Array(layout.size);
      each((i, j, factor) => {
        theirs[j] = (gradient[i] as number) * factor;
      });
      return theirs.filter((_, index) => index % meta.stride === 0);
    },
  };
}
