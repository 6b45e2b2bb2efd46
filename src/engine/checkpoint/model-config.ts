/** A checkpoint's architecture and dimensions, validated. Dimension names: H hidden, I intermediate, L layers, V vocabulary. */

/** How rotary frequencies are stretched for long contexts. Only changes the cos/sin tables, never the graph. */
export type RopeScaling =
  | { readonly type: 'linear'; readonly factor: number }
  /** What each pair's frequency is divided by, headSize/2 numbers. */
  | { readonly type: 'factors'; readonly factors: readonly number[] }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      readonly type: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly attentionFactor?: number;
      readonly mscale?: number;
      readonly mscaleAllDim?: number;
      readonly truncate: boolean;
    };

export interface ModelConfig {
  /** transformers' class, for example `LlamaForCausalLM`. */
  readonly architecture: string;
  /** H */
  readonly hiddenSize: number;
  /** I */
  readonly intermediateSize: number;
  /** L */
  readonly layers: number;
  /** Query heads. */
  readonly heads: number;
  /** Key/value heads; divides `heads`. */
  readonly kvHeads: number;
  /** Size of one head; not always H / heads. */
  readonly headSize: number;
  /** V: rows of the embedding (may exceed the tokenizer's vocabulary). */
  readonly vocabSize: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: RopeScaling | null;
  readonly tiedEmbeddings: boolean;
  /** Every tensor of one decoder layer, in the order of the weights file. */
  readonly layerTensors: readonly LayerTensor[];
  /** For each layer: how many tokens a token sees, itself included; null: all before it. */
  readonly windows: readonly (number | null)[];
  /** The linears of a layer that LoRA adapts, in PEFT's order: names within the layer, such as `self_attn.q_proj`. */
  readonly loraModules: readonly string[];
  /** Context limit in tokens. */
  readonly maxPositions: number;
}

export interface LayerTensor {
  /** Within the layer: `self_attn.q_proj.weight`. */
  readonly name: string;
  /** [out, in] of a linear, [n] of a norm or a bias. */
  readonly shape: readonly number[];
}
