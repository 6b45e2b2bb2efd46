import { gpt4all } from './gpt4all.ts';
import { huggingFace } from './hugging-face.ts';
import { jan } from './jan.ts';
import { llamaCpp } from './llama-cpp.ts';
import { lmStudio } from './lm-studio.ts';
import { ollama } from './ollama.ts';
import type { ModelStore } from './store.ts';

/** Every place where models of other programs are looked for. */
export const stores: readonly ModelStore[] = [ollama, huggingFace, llamaCpp, lmStudio, jan, gpt4all];
