import type { Tensor } from 'onnxruntime-node';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import { type AttentionWindow, causalMask, distinctWindows, maskInput } from '../graph/attention-window.ts';
import type { Ort } from './ort.ts';

/** The masks of a training graph, one [T, T] for each different window of the layers; kept until T changes. */
export class CausalMasks {
  readonly #windows: readonly AttentionWindow[];
  #T = 0;
  #masks: readonly Float32Array[] = [];

  constructor(config: ModelConfig) {
    this.#windows = distinctWindows(config);
  }

  feeds({ Tensor }: Ort, T: number): Record<string, Tensor> {
    if (this.#T !== T) this.#masks = this.#windows.map((window) => causalMask(T, window));
    this.#T = T;
    return Object.fromEntries(
      this.#windows.map((window, i) => [maskInput(window), new Tensor('float32', this.#masks[i]!, [T, T])]),
    );
  }
}
