/**
 * The architectures that the engine opens, by the names that files give them. The engine itself is not loaded to find models;
 * a test compares this list with its own.
 */
const opened: readonly {
  readonly name: string;
  readonly classes: readonly string[];
  readonly gguf: readonly string[];
}[] = [
  { name: 'Qwen2', classes: ['Qwen2ForCausalLM'], gguf: ['qwen2'] },
  { name: 'Qwen3', classes: ['Qwen3ForCausalLM'], gguf: ['qwen3'] },
  { name: 'Llama', classes: ['LlamaForCausalLM'], gguf: ['llama'] },
  { name: 'Mistral', classes: ['MistralForCausalLM'], gguf: [] },
];

/** transformers' classes. */
export const openedClasses: readonly string[] = opened.flatMap(({ classes }) => classes);

/** llama.cpp's names. */
export const openedGguf: readonly string[] = opened.flatMap(({ gguf }) => gguf);

/** What people call an architecture: `Qwen2`; the file's own word for one that is not opened. */
export function architectureTitle(named: string): string {
  return opened.find(({ classes, gguf }) => classes.includes(named) || gguf.includes(named))?.name ?? named;
}
