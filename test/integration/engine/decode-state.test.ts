import { decodeStateSuite } from '../../suites/decode-state.ts';

for (const name of ['qwen3', 'qwen2-window', 'mistral-window'] as const) decodeStateSuite(name, 'cpu', 64);
