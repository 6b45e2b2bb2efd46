import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';

/** Arguments of candidates for tests. */
export type Inputs = readonly (readonly Json[])[];
