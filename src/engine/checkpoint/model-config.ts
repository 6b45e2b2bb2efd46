/** A checkpoint's architecture and dimensions, validated. Dimension names: H hidden, I intermediate, L layers, V vocabulary. */

export const architectures = ['Qwen2ForCausalLM', 'Qwen3ForCausalLM', 'LlamaForCausalLM'] as const;
export type Architecture = (typeof architectures)[number];

/** How rotary frequencies are stretched for long contexts. Only changes the cos/sin tables, never the graph. */
export type RopeScaling =
  | { readonly type: 'linear'; readonly factor: number }
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
  readonly architecture: Architecture;
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
  /** Bias on q, k, v (Qwen2; Llama with attention_bias). */
  readonly qkvBias: boolean;
  /** Bias on o (Llama with attention_bias). */
  readonly outputBias: boolean;
  /** Bias on gate, up, down (Llama with mlp_bias). */
  readonly mlpBias: boolean;
  /** RMS norm of each query and key head before rotary (Qwen3). */
  readonly qkNorm: boolean;
  /** Context limit in tokens. */
  readonly maxPositions: number;
}
