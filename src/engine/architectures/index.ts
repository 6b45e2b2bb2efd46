import type { Architecture } from '../checkpoint/model-config.ts';
import type { ArchitectureDescription } from '../graph/layer-ops.ts';
import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

export const descriptions: Readonly<Record<Architecture, ArchitectureDescription>> = {
  Qwen2ForCausalLM: qwen2,
  Qwen3ForCausalLM: qwen3,
  LlamaForCausalLM: llama,
};
