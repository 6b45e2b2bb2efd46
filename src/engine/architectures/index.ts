import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { DecoderLayer } from '../graph/layer-ops.ts';
import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

/** Every architecture, one row each. */
export const architectures: readonly Architecture[] = [qwen2, qwen3, llama, mistral];

/** The decoder layer of a model that was read with {@link architectures}. */
export function decoderLayer({ architecture }: Pick<ModelConfig, 'architecture'>): DecoderLayer {
  const found = architectures.find(({ name }) => name === architecture);
  if (found === undefined) throw new Error(`There is no architecture ${architecture}.`);
  return found.layer;
}
