import type { InferenceSession } from 'onnxruntime-node';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import type { OnnxGraph } from '../../../src/engine/graph/onnx-model.ts';
import { createGraphSession } from '../../../src/engine/runtime/graph-session.ts';
import { loadOrt } from '../../../src/engine/runtime/ort.ts';
import type { ProviderName } from '../../../src/policy/provider.ts';

/** Odd quintic whose repeated application drives singular values of (0, 1] towards 1 (K. Jordan, Muon, 2024). */
const [a, b, c] = [3.4445, -4.775, 2.0315];
const iterations = 5;

/**
 * G ↦ about U·Vᵀ of G = U·Σ·Vᵀ, by Newton and Schulz:
 *
 *     X₀ = G / ‖G‖;   wide: A = X·Xᵀ, X ← a·X + (b·A + c·A²)·X;   tall: A = Xᵀ·X, X ← a·X + X·(b·A + c·A²)
 */
export class Orthogonaliser {
  readonly #wide: InferenceSession;
  readonly #tall: InferenceSession;

  private constructor(wide: InferenceSession, tall: InferenceSession) {
    this.#wide = wide;
    this.#tall = tall;
  }

  static async create(provider: ProviderName, threads: number): Promise<Orthogonaliser> {
    const make = (tall: boolean) => createGraphSession(graph(tall), undefined, provider, { threads, kind: 'train' });
    return new Orthogonaliser(await make(false), await make(true));
  }

  /** @param matrix row-major [rows, columns] */
  async run(matrix: Float32Array, [rows, columns]: readonly [number, number]): Promise<Float32Array> {
    const { Tensor } = await loadOrt();
    const session = rows > columns ? this.#tall : this.#wide;
    const { X } = await session.run({ G: new Tensor('float32', matrix, [rows, columns]) }, ['X']);
    return X!.data as Float32Array;
  }

  async dispose(): Promise<void> {
    await this.#wide.release();
    await this.#tall.release();
  }
}

function graph(tall: boolean): OnnxGraph {
  const g = new GraphBuilder();
  const G = g.input('G', 'float', ['M', 'N']);
  const norm = g.node('Sqrt', [g.node('ReduceSumSquare', [G], { keepdims: 1 })]);
  let X = g.div(G, g.add(norm, g.float(1e-7)));
  for (let i = 0; i < iterations; i++) {
    const A = tall ? g.gemm(X, X, { transA: true }) : g.gemm(X, X, { transB: true });
    const polynomial = g.add(g.mul(A, g.float(b)), g.mul(g.gemm(A, A), g.float(c)));
    const product = tall ? g.gemm(X, polynomial) : g.gemm(polynomial, X);
    X = g.add(g.mul(X, g.float(a)), product);
  }
  g.output('X', X, 'float', ['M', 'N']);
  return g.finish(tall ? 'orthogonalise-tall' : 'orthogonalise-wide');
}
