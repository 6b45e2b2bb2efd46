/**
 * Keskar et al. 2019 (https://arxiv.org/abs/1909.05858) as transformers applies it: the logits of all tokens already in
 * the prompt or the answer, once each, are divided by the penalty when positive and multiplied by it when negative.
 */
export class RepetitionPenalty {
  readonly #penalty: number;
  readonly #seen: Uint8Array;
  readonly #tokens: number[] = [];
  readonly #penalised: Float32Array;

  constructor(penalty: number, vocabSize: number, promptTokens: readonly number[]) {
    this.#penalty = Math.fround(penalty);
    this.#seen = new Uint8Array(vocabSize);
    this.#penalised = new Float32Array(vocabSize);
    for (const token of promptTokens) this.add(token);
  }

  add(token: number): void {
    if (this.#seen[token] === 1) return;
    this.#seen[token] = 1;
    this.#tokens.push(token);
  }

  /** @returns fp32 [V], valid until the next call; the argument stays as it is. */
  apply(logits: Float32Array): Float32Array {
    const penalised = this.#penalised;
    penalised.set(logits);
    for (const token of this.#tokens) {
      const logit = logits[token]!;
      penalised[token] = logit < 0 ? logit * this.#penalty : logit / this.#penalty;
    }
    return penalised;
  }
}
