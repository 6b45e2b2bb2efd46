import { z } from 'zod';
import { architectureTitle, openedClasses } from './architectures.ts';
import type { ModelFacts } from './found-model.ts';

const size = z.int().positive().optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const config = z.looseObject({
  architectures: z.array(z.string()).optional().catch(undefined),
  model_type: text,
  max_position_embeddings: size,
  torch_dtype: text,
  dtype: text,
  quantization_config: z.unknown().optional(),
  // Of models for MLX.
  quantization: z.unknown().optional(),
});

const bytesPerWeight: Readonly<Record<string, number>> = { float32: 4, float16: 2, bfloat16: 2 };

/**
 * What a config.json says of its model.
 * @param json as it was read
 * @param bytes of the model's weights
 */
export function configFacts(json: unknown, bytes: number): ModelFacts {
  const { data } = config.safeParse(json);
  if (data === undefined) return { obstacle: 'its config.json cannot be read' };
  const named = data.architectures?.[0] ?? data.model_type;
  const isQuantised = Boolean(data.quantization_config ?? data.quantization);
  const type = data.dtype ?? data.torch_dtype;
  const width = isQuantised || type === undefined ? undefined : bytesPerWeight[type];
  const contextLength = data.max_position_embeddings;
  const obstacle = isQuantised ? 'its weights were quantised by another program' : obstacleOf(named);
  return {
    ...(named !== undefined && { architecture: architectureTitle(named) }),
    ...(width !== undefined && { parameters: Math.round(bytes / width) }),
    ...(contextLength !== undefined && { contextLength }),
    ...(type !== undefined && { type: isQuantised ? 'quantised' : type }),
    ...(obstacle !== undefined && { obstacle }),
  };
}

function obstacleOf(named: string | undefined): string | undefined {
  if (named === undefined) return 'its config.json names no architecture';
  return openedClasses.includes(named) ? undefined : `the architecture ${named} is not supported`;
}
