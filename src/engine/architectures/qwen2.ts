import type { ArchitectureDescription } from '../graph/layer-ops.ts';
import { llama } from './llama.ts';

/** Qwen2, Qwen2.5, Qwen2.5-Coder: Llama's layer; the biases on q, k and v come with the checkpoint. */
export const qwen2: ArchitectureDescription = { ...llama, architecture: 'Qwen2ForCausalLM' };
