import type { Orthogonaliser } from './orthogonaliser.ts';

export interface MuonOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/**
 * Muon (K. Jordan 2024): momentum whose matrix is orthogonalised before the step, so that all directions move equally.
 * It needs fewer tokens than AdamW for the matrices of layers, and is not meant for embeddings, norms and biases.
 */
export class Muon {
  readonly #orthogonaliser: Pick<Orthogonaliser, 'run'>;
  readonly #momentum = new Map<string, Float32Array>();

  constructor(orthogonaliser: Pick<Orthogonaliser, 'run'>) {
    this.#orthogonaliser = orthogonaliser;
  }

  /** Moves a matrix in place by one step along its gradient. */
  async step(
    name: string,
    parameter: Float32Array,
    gradient: Float32Array,
    shape: readonly [number, number],
    { learningRate, momentum, weightDecay }: MuonOptions,
  ): Promise<void> {
    const buffer = this.#momentum.get(name) ?? new Float32Array(gradient.length);
    this.#momentum.set(name, buffer);
    const ahead = new Float32Array(gradient.length);
    for (let i = 0; i < gradient.length; i++) {
      buffer[i] = momentum * buffer[i]! + (1 - momentum) * gradient[i]!;
      // Nesterov: the direction after another step.
      ahead[i] = momentum * buffer[i]! + (1 - momentum) * gradient[i]!;
    }
    const direction = await this.#orthogonaliser.run(ahead, shape);
    // A tall matrix has fewer columns than directions that it could write to; this keeps the change of its output comparable.
    const rate = learningRate * Math.sqrt(Math.max(1, shape[0] / shape[1]));
    const decay = 1 - learningRate * weightDecay;
    for (let i = 0; i < gradient.length; i++) parameter[i] = parameter[i]! * decay - rate * direction[i]!;
  }

  state(): ReadonlyMap<string, Float32Array> {
    return this.#momentum;
  }

  restore(state: ReadonlyMap<string, Float32Array>): void {
    for (const [name, values] of state) this.#momentum.set(name, values.slice());
  }
}
