import { architectures } from '../engine/architectures/index.ts';
import { ggufArchitectures } from '../engine/gguf/architectures.ts';

/** The architectures that the engine opens, by the names that files give them. Its lists are read; no graph and no model is. */

/** transformers' classes. */
export const openedClasses: readonly string[] = architectures.map(({ name }) => name);

/** llama.cpp's names. */
export const openedGguf: readonly string[] = ggufArchitectures.map(({ name }) => name);

/** What people call an architecture: `Qwen2`; the file's own word for one that is not opened. */
export function architectureTitle(named: string): string {
  const opened = openedClasses.includes(named)
    ? named
    : ggufArchitectures.find(({ name }) => name === named)?.classes[0];
  return opened === undefined ? named : opened.replace(/ForCausalLM$/, '');
}
