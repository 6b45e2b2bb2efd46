import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';

/** Arguments of candidate tests. */
export type Inputs = readonly (readonly Json[])[];
