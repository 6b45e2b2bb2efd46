import { architectureTitle, openedGguf } from './architectures.ts';
import type { ModelFacts } from './found-model.ts';
import { type GgufMetadata, readGgufMetadata } from './gguf-header.ts';
import { isReadTokenizer } from './gguf-tokenizers.ts';
import { ggufTypeOf, isUnreadableType } from './gguf-types.ts';
import { parametersIn } from './parameters-in.ts';

/** What a GGUF file says of its model. @throws of the system */
export function ggufFacts(path: string): ModelFacts {
  const metadata = readGgufMetadata(path);
  if (metadata === undefined) return { obstacle: 'its file is no GGUF file of version 2 or 3' };
  const architecture = text(metadata, 'general.architecture');
  const type = ggufTypeOf(metadata.get('general.file_type'));
  const parameters = parametersOf(metadata);
  const contextLength = size(metadata, `${architecture}.context_length`);
  const obstacle = obstacleOf(metadata, architecture, type);
  return {
    ...(architecture !== undefined && { architecture: architectureTitle(architecture) }),
    ...(type !== undefined && { type }),
    ...(parameters !== undefined && { parameters }),
    ...(contextLength !== undefined && { contextLength }),
    hasChatTemplate: metadata.has('tokenizer.chat_template'),
    ...(obstacle !== undefined && { obstacle }),
  };
}

function parametersOf(metadata: GgufMetadata): number | undefined {
  return size(metadata, 'general.parameter_count') ?? parametersIn(text(metadata, 'general.size_label') ?? '');
}

function obstacleOf(
  metadata: GgufMetadata,
  architecture: string | undefined,
  type: string | undefined,
): string | undefined {
  if (architecture === undefined) return 'its file does not say which architecture it has';
  if (!openedGguf.includes(architecture)) return `the architecture ${architecture} is not supported`;
  // Mixtures of experts call themselves llama too.
  if (size(metadata, `${architecture}.expert_count`) !== undefined) return 'mixtures of experts are not supported';
  const tokenizer = text(metadata, 'tokenizer.ggml.pre');
  if (tokenizer !== undefined && !isReadTokenizer(tokenizer)) return `its tokenizer ${tokenizer} is not supported`;
  return type !== undefined && isUnreadableType(type) ? `weights of the type ${type} are not supported` : undefined;
}

function text(metadata: GgufMetadata, key: string): string | undefined {
  const value = metadata.get(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function size(metadata: GgufMetadata, key: string): number | undefined {
  const value = metadata.get(key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
