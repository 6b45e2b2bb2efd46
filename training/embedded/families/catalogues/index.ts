import type { Family } from '../../../../src/benchmarks/smallfix/family.ts';
import { clockNumbers } from './clock-numbers.ts';
import { listCuts } from './list-cuts.ts';
import { listRuns } from './list-runs.ts';
import { numberFormulas } from './number-formulas.ts';
import { numberPairs } from './number-pairs.ts';
import { numberSeries } from './number-series.ts';
import { twoLists } from './two-lists.ts';

/** Tables of different small functions, each with one number in it. */
export const catalogueFamilies: readonly Family[] = [
  numberFormulas,
  numberPairs,
  numberSeries,
  listCuts,
  twoLists,
  listRuns,
  clockNumbers,
];
