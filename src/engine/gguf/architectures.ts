import { unsupportedGgufArchitecture } from './errors.ts';
import type { Metadata } from './metadata.ts';

/** What llama.cpp calls the architectures, and what it does to their weights. */
interface GgufArchitecture {
  /** `general.architecture` */
  readonly name: string;
  /** Of transformers' config.json. */
  readonly modelType: string;
  /** transformers' classes whose models it stands for. */
  readonly classes: readonly string[];
  /** The rows of q and k are interleaved: first and second half of each head, one by one. */
  readonly interleaved: boolean;
}

/** Every architecture that can be read from GGUF files, one row each. */
export const ggufArchitectures: readonly GgufArchitecture[] = [
  // Mistral's models are stored under this name too.
  { name: 'llama', modelType: 'llama', classes: ['LlamaForCausalLM', 'MistralForCausalLM'], interleaved: true },
  { name: 'qwen2', modelType: 'qwen2', classes: ['Qwen2ForCausalLM'], interleaved: false },
  { name: 'qwen3', modelType: 'qwen3', classes: ['Qwen3ForCausalLM'], interleaved: false },
];

/** @throws RetuneError `gguf.unsupported-architecture`, `gguf.bad-metadata` */
export function ggufArchitecture(metadata: Metadata): GgufArchitecture {
  const name = metadata.required('general.architecture', metadata.text('general.architecture'));
  const found = ggufArchitectures.find((architecture) => architecture.name === name);
  if (found !== undefined) return found;
  const supported = ggufArchitectures.map((architecture) => architecture.name);
  throw unsupportedGgufArchitecture(metadata.path, name, supported);
}

/** @param name transformers' class */
export function ggufArchitectureOfClass(name: string): GgufArchitecture | undefined {
  return ggufArchitectures.find(({ classes }) => classes.includes(name));
}
