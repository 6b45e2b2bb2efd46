import type { GraphBuilder, Value } from './builder.ts';

/**
 * Weights with an offset for each block: W = S + C spread over the blocks, S without offsets, C [N, K/block]. No operator
 * knows them, but products need no W: with σ(x) [·, K/block] the sums of x over the blocks,
 *
 *     x·Wᵀ = x·Sᵀ + σ(x)·Cᵀ          dy·W = dy·S + (dy·C spread over the blocks)
 *
 * The second terms are `block` times smaller than the first.
 */
export class BlockOffsets {
  readonly #g: GraphBuilder;
  /** C, fp32 [N, K/block] */
  readonly #values: Value;
  readonly #columns: number;
  readonly #block: number;

  constructor(g: GraphBuilder, values: Value, columns: number, block: number) {
    this.#g = g;
    this.#values = values;
    this.#columns = columns;
    this.#block = block;
  }

  /** y + σ(x)·Cᵀ: x [B, T, K], y [B, T, N] */
  addProduct(x: Value, y: Value): Value {
    return this.#g.add(y, this.#g.ms('FusedMatMul', [this.#sums(x, 2), this.#values], { transB: 1 }));
  }

  /** The same for matrices: x [M, K], y [M, N] */
  addMatrixProduct(x: Value, y: Value): Value {
    return this.#g.gemm(this.#sums(x, 1), this.#values, { transB: true, c: y });
  }

  /** dx + (dy·C spread): dy [M, N], dx [M, K] */
  addTransposed(dy: Value, dx: Value): Value {
    return this.#spread(this.#g.gemm(dy, this.#values), dx, 1);
  }

  /** rows + (rows of C spread): ids i64 and rows [·, K] with `leading` dimensions before K */
  addRows(ids: Value, rows: Value, leading: 1 | 2): Value {
    return this.#spread(this.#g.node('Gather', [this.#values, ids], { axis: 0 }), rows, leading);
  }

  #sums(x: Value, leading: 1 | 2): Value {
    const g = this.#g;
    const split = g.reshape(x, this.#shape(leading, this.#columns / this.#block, this.#block));
    return g.node('ReduceSum', [split, g.ints([-1])], { keepdims: 0 });
  }

  /** x [·, K] ─ reshape [·, K/block, block] ─ + ─ reshape [·, K]          perBlock [·, K/block] ─ reshape [·, K/block, 1] ─┘ */
  #spread(perBlock: Value, x: Value, leading: 1 | 2): Value {
    const g = this.#g;
    const blocks = this.#columns / this.#block;
    const split = g.reshape(x, this.#shape(leading, blocks, this.#block));
    const sum = g.add(split, g.reshape(perBlock, this.#shape(leading, blocks, 1)));
    return g.reshape(sum, this.#shape(leading, this.#columns));
  }

  /** Zeros keep the leading dimensions as they are. */
  #shape(leading: 1 | 2, ...rest: readonly number[]): Value {
    return this.#g.ints([...Array<number>(leading).fill(0), ...rest]);
  }
}
