import type { ModelConfig } from '../checkpoint/model-config.ts';
import { rotaryTables } from '../checkpoint/rope.ts';

/** cos and sin tables [P, hd/2] that grow with the positions asked for, so that short contexts stay cheap. */
export class RotaryCache {
  readonly #config: ModelConfig;
  #positions = 0;
  #tables: { cos: Float32Array; sin: Float32Array } = { cos: new Float32Array(0), sin: new Float32Array(0) };

  constructor(config: ModelConfig) {
    this.#config = config;
  }

  /** Tables for at least this many positions; the same arrays until they must grow. */
  tables(positions: number): {
    readonly cos: Float32Array;
    readonly sin: Float32Array;
    readonly shape: [number, number];
  } {
    if (positions > this.#positions) {
      this.#positions = Math.min(
        Math.max(1024, 2 ** Math.ceil(Math.log2(positions))),
        Math.max(positions, this.#config.maxPositions),
      );
      this.#tables = rotaryTables(this.#config, this.#positions);
    }
    return { ...this.#tables, shape: [this.#positions, this.#config.headSize / 2] };
  }
}
