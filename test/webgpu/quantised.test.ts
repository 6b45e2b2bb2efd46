import { quantisedSuite } from '../suites/quantised.ts';

// One architecture and a smaller vocabulary: on a software adapter every session takes a second, and every long row too.
quantisedSuite('webgpu', 31, {
  names: ['qwen2'],
  bothPasses: false,
  wide: [{ dtype: 'int4', vocabSize: 9_000, tied: false }],
});
