import { quantisedSuite } from '../suites/quantised.ts';

// One architecture, because each of the sessions costs a second here; the rules of the others are the same ones.
quantisedSuite('webgpu', 31, ['qwen2']);
