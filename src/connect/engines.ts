import type { Engine } from './engine.ts';
import { localEngine } from './local-engine.ts';
import { openaiEngine } from './openai-engine.ts';

/** Everything that can run a model. The first is used where none is named. */
export const engines: readonly [Engine, ...Engine[]] = [localEngine, openaiEngine];
