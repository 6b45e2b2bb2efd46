/** AdamW with decoupled weight decay and bias correction, as torch.optim.AdamW computes it (Loshchilov & Hutter, arXiv 1711.05101). */
export interface AdamWOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** For all parameters, or by name: norms and biases are usually left alone. */
  readonly weightDecay: number | ((name: string) => number);
}

export class AdamW {
  readonly #first = new Map<string, Float32Array>();
  readonly #second = new Map<string, Float32Array>();
  #steps = 0;

  get steps(): number {
    return this.#steps;
  }

  /** Moves every parameter in place by one step along its gradient. */
  step(
    parameters: ReadonlyMap<string, Float32Array>,
    gradients: ReadonlyMap<string, Float32Array>,
    options: AdamWOptions,
  ): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = options;
    this.#steps++;
    const correction1 = 1 - beta1 ** this.#steps;
    const correction2 = Math.sqrt(1 - beta2 ** this.#steps);
    const rate = learningRate / correction1;
    for (const [name, gradient] of gradients) {
      const decay = 1 - learningRate * (typeof weightDecay === 'number' ? weightDecay : weightDecay(name));
      const parameter = parameters.get(name) as Float32Array;
      const m = moments(this.#first, name, gradient.length);
      const v = moments(this.#second, name, gradient.length);
      for (let i = 0; i < gradient.length; i++) {
        const g = gradient[i] as number;
        const mi = beta1 * (m[i] as number) + (1 - beta1) * g;
        const vi = beta2 * (v[i] as number) + (1 - beta2) * g * g;
        m[i] = mi;
        v[i] = vi;
        parameter[i] = (parameter[i] as number) * decay - (rate * mi) / (Math.sqrt(vi) / correction2 + epsilon);
      }
    }
  }

  /** Everything needed to go on after a restart. */
  state(): {
    readonly steps: number;
    readonly first: ReadonlyMap<string, Float32Array>;
    readonly second: ReadonlyMap<string, Float32Array>;
  } {
    return { steps: this.#steps, first: this.#first, second: this.#second };
  }

  restore(state: ReturnType<AdamW['state']>): void {
    this.#steps = state.steps;
    for (const [name, values] of state.first) this.#first.set(name, values.slice());
    for (const [name, values] of state.second) this.#second.set(name, values.slice());
  }
}

function moments(store: Map<string, Float32Array>, name: string, length: number): Float32Array {
  let values = store.get(name);
  if (values === undefined) {
    values = new Float32Array(length);
    store.set(name, values);
  }
  return values;
}
