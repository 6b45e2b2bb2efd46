import { sameStorage } from '../checkpoint/weight-layout.ts';
import type { FileRange, PreparedWeights, WeightEntry } from '../checkpoint/weights.ts';
import { BlockOffsets } from './block-offsets.ts';
import type { GraphBuilder, Value } from './builder.ts';
import type { FrozenMatrix } from './derivatives.ts';

/** A file of one repeated byte beside the weights: zero points of DequantizeLinear, which has no scalar form when blocked. */
export const zeroPointFile = {
  4: { name: 'zero-points-4.bin', byte: 0x88 },
  8: { name: 'zero-points-8.bin', byte: 0x80 },
};

/** Bytes that the zero-point files must have for these weights, by their bits. */
export function zeroPointBytes(weights: PreparedWeights): ReadonlyMap<4 | 8, number> {
  const largest = new Map<4 | 8, number>();
  for (const { shape, storage } of weights.entries.values()) {
    if (storage.kind !== 'quantised') continue;
    const bytes = Math.ceil(((shape[0] ?? 0) * (shape[1] ?? 0) * storage.bits) / storage.block / 8);
    largest.set(storage.bits, Math.max(bytes, largest.get(storage.bits) ?? 0));
  }
  return largest;
}

/** Emits the checkpoint's weights as external data, however they are stored. */
export class FrozenWeights {
  readonly #g: GraphBuilder;
  readonly #weights: PreparedWeights;

  constructor(g: GraphBuilder, weights: PreparedWeights) {
    this.#g = g;
    this.#weights = weights;
  }

  entry(name: string): WeightEntry {
    const entry = this.#weights.entries.get(name);
    if (entry === undefined) throw new Error(`The prepared weights lack ${name}.`);
    return entry;
  }

  has(name: string): boolean {
    return this.#weights.entries.has(name);
  }

  /** Norm weights and biases. */
  vector(name: string): Value {
    return this.#g.floats(name, this.#weights.file, this.entry(name));
  }

  bias(module: string): Value | undefined {
    return this.has(`${module}.bias`) ? this.vector(`${module}.bias`) : undefined;
  }

  /** Rows of the embedding table: ids i64 of `dimensions` dimensions → [·, H]. */
  embed(ids: Value, dimensions: 1 | 2): Value {
    const name = 'model.embed_tokens.weight';
    const { shape, storage, data, scales, offsets } = this.entry(name);
    if (storage.kind === 'fp32') return this.#g.node('Gather', [this.vector(name), ids], { axis: 0 });
    const [V, H] = shape as [number, number];
    const { bits, block } = storage;
    const packed = this.#g.range(`${name}.rows`, 'uint8', [V, (H * bits) / 8], this.#weights.file, data);
    const scale = this.#range(`${name}.row_scales`, [V, H / block], scales);
    const attributes = { gather_axis: 0, quantize_axis: 1, block_size: block, bits };
    const rows = this.#g.ms('GatherBlockQuantized', [packed, ids, scale], attributes);
    return this.#offsets(`${name}.offsets`, V, H, block, offsets)?.addRows(ids, rows, dimensions) ?? rows;
  }

  /**
   * x·Wᵀ + bias for decoding: x [B, T, in] → [B, T, out]. Several adjacent modules make one matrix (their outputs concatenated).
   * accuracy 4 multiplies in int8 (fast), 1 in fp32 (exact).
   */
  matmul(x: Value, modules: readonly string[], options: { accuracy: 1 | 4; bias: boolean }): Value {
    const g = this.#g;
    const entries = modules.map((module) => this.entry(`${module}.weight`));
    const [first] = entries as [WeightEntry];
    const [, K] = first.shape as [number, number];
    const N = entries.reduce((sum, entry) => sum + (entry.shape[0] ?? 0), 0);
    const name = modules.join('|');
    const bias = options.bias ? this.#fusedBias(modules, N) : undefined;
    if (first.storage.kind === 'fp32') {
      const W = g.range(`${name}.weight`, 'float', [N, K], this.#weights.file, span(entries.map((e) => e.data)));
      const y = g.ms('FusedMatMul', [x, W], { transB: 1 });
      return bias === undefined ? y : g.add(y, bias);
    }
    const { bits, block } = first.storage;
    const blocks = K / block;
    const W = g.range(
      `${name}.packed`,
      'uint8',
      [N, blocks, (block * bits) / 8],
      this.#weights.file,
      span(entries.map((e) => e.data)),
    );
    const scales = g.range(
      `${name}.scales`,
      'float',
      [N * blocks],
      this.#weights.file,
      span(entries.map((e) => e.scales as FileRange)),
    );
    const inputs = bias === undefined ? [x, W, scales] : [x, W, scales, '', '', bias];
    const y = g.ms('MatMulNBits', inputs, { K, N, bits, block_size: block, accuracy_level: options.accuracy });
    const offsets = first.offsets && span(entries.map((e) => e.offsets as FileRange));
    return this.#offsets(`${name}.offsets`, N, K, block, offsets)?.addProduct(x, y) ?? y;
  }

  /** Whether these modules lie side by side in the weights file and are stored alike, so that one matrix can span them. */
  adjacent(modules: readonly string[]): boolean {
    const entries = modules.map((module) => this.entry(`${module}.weight`));
    const biases = modules.map((module) => this.#weights.entries.get(`${module}.bias`)?.data);
    const present = biases.filter((bias) => bias !== undefined);
    return (
      entries.every((e) => sameStorage(e.storage, entries[0]!.storage)) &&
      contiguous(entries.map((e) => e.data)) &&
      contiguous(entries.map((e) => e.scales).filter((s) => s !== undefined)) &&
      contiguous(entries.map((e) => e.offsets).filter((s) => s !== undefined)) &&
      (present.length === 0 || (present.length === biases.length && contiguous(present)))
    );
  }

  /**
   * The training view of a linear. Quantised weights are dequantised where they are used, in both directions: large products
   * gain nothing from a packed copy, which would cost the memory of the weights once more.
   *
   *     x ─ Gemm(·Wᵀ + bias) ─ y          dy ─ Gemm(·W + plus) ─ dx          W or DequantizeLinear(W)
   */
  matrix(module: string): FrozenMatrix {
    const bias = this.bias(module);
    const withBias = (options: { bias: boolean }) => (options.bias && bias !== undefined ? { c: bias } : {});
    const { shape, storage, offsets: range } = this.entry(`${module}.weight`);
    if (storage.kind === 'fp32') {
      const W = this.vector(`${module}.weight`);
      return {
        times: (g, x, options) => g.gemm(x, W, { transB: true, ...withBias(options) }),
        transposed: (g, dy, plus) => g.gemm(dy, W, plus === undefined ? {} : { c: plus }),
      };
    }
    const pieces = this.#pieces(module);
    const offsets = this.#offsets(`${module}.offsets`, shape[0]!, shape[1]!, storage.block, range);
    return {
      times: (g, x, options) => {
        const y = timesPieces(g, x, pieces, withBias(options));
        return offsets?.addMatrixProduct(x, y) ?? y;
      },
      transposed: (g, dy, plus) => {
        const dx = transposedPieces(g, dy, pieces, plus);
        return offsets?.addTransposed(dy, dx) ?? dx;
      },
    };
  }

  /** Undefined for weights without offsets. */
  #offsets(name: string, N: number, K: number, block: number, range: FileRange | undefined): BlockOffsets | undefined {
    if (range === undefined) return undefined;
    return new BlockOffsets(this.#g, this.#range(name, [N, K / block], range), K, block);
  }

  /**
   * Rows of a quantised W [N, K] in pieces of at most `dequantisedRows`, because the output matrix of a model in fp32 would
   * take more memory than all the rest of an update.
   */
  #pieces(module: string): MatrixPiece[] {
    const { shape, storage, data, scales } = this.entry(`${module}.weight`);
    if (storage.kind === 'fp32' || scales === undefined) throw new Error(`${module} is not quantised.`);
    const [N, K] = shape as [number, number];
    const { bits, block } = storage;
    const blocks = K / block;
    const type = bits === 4 ? 'uint4' : 'uint8';
    return Array.from({ length: Math.ceil(N / dequantisedRows) }, (_, i) => {
      const first = i * dequantisedRows;
      const rows = Math.min(dequantisedRows, N - first);
      const range = (all: FileRange, bytesPerRow: number) => ({
        offset: all.offset + first * bytesPerRow,
        bytes: rows * bytesPerRow,
      });
      const dequantise = (g: GraphBuilder, trigger: Value): Value => {
        const name = `${module}[${first},${first + rows}]`;
        const W = g.range(`${name}.values`, type, [rows, K], this.#weights.file, range(data, (K * bits) / 8));
        const scale = this.#range(`${name}.scales`, [rows, blocks], range(scales, blocks * 4));
        const zeros = { offset: 0, bytes: Math.ceil((rows * blocks * bits) / 8) };
        const zero = g.range(
          `zero_points${bits}[${rows},${blocks}]`,
          type,
          [rows, blocks],
          zeroPointFile[bits].name,
          zeros,
        );
        return g.node('DequantizeLinear', [W, g.after(scale, trigger), zero], { axis: 1, block_size: block });
      };
      return { first, rows, dequantise };
    });
  }

  #fusedBias(modules: readonly string[], N: number): Value | undefined {
    const ranges = modules
      .map((module) => this.#weights.entries.get(`${module}.bias`)?.data)
      .filter((r) => r !== undefined);
    if (ranges.length === 0) return undefined;
    return this.#range(`${modules.join('|')}.bias`, [N], span(ranges));
  }

  #range(name: string, shape: readonly number[], range: FileRange | undefined): Value {
    if (range === undefined) throw new Error(`${name} has no bytes.`);
    return this.#g.range(name, 'float', shape, this.#weights.file, range);
  }
}

/** Rows first … first + rows − 1 of a quantised matrix, and how they become fp32 (not before `trigger` is there). */
interface MatrixPiece {
  readonly first: number;
  readonly rows: number;
  readonly dequantise: (g: GraphBuilder, trigger: Value) => Value;
}

function timesPieces(g: GraphBuilder, x: Value, pieces: readonly MatrixPiece[], { c }: { c?: Value }): Value {
  const add = c === undefined ? {} : { c };
  if (pieces.length === 1) return g.gemm(x, pieces[0]!.dequantise(g, x), { transB: true, ...add });
  // Each piece waits for the one before, so that only one is in fp32 at a time.
  const parts: Value[] = [];
  for (const piece of pieces) parts.push(g.gemm(x, piece.dequantise(g, parts.at(-1) ?? x), { transB: true }));
  const y = g.node('Concat', parts, { axis: 1 });
  return c === undefined ? y : g.add(y, c);
}

function transposedPieces(g: GraphBuilder, dy: Value, pieces: readonly MatrixPiece[], plus: Value | undefined): Value {
  let sum = plus;
  for (const { first, rows, dequantise } of pieces) {
    const columns = [g.ints([first]), g.ints([first + rows]), g.ints([1])];
    const part = pieces.length === 1 ? dy : g.node('Slice', [dy, ...columns]);
    sum = g.gemm(part, dequantise(g, sum ?? dy), sum === undefined ? {} : { c: sum });
  }
  return sum as Value;
}

/** 8192 rows of H = 896 are 29 MB in fp32. */
export const dequantisedRows = 8192;

function contiguous(ranges: readonly FileRange[]): boolean {
  return ranges.every((range, i) => {
    const before = ranges[i - 1];
    return before === undefined || before.offset + before.bytes === range.offset;
  });
}

function span(ranges: readonly FileRange[]): FileRange {
  return { offset: ranges[0]?.offset ?? 0, bytes: ranges.reduce((sum, range) => sum + range.bytes, 0) };
}
