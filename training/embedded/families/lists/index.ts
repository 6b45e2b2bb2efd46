import type { Family } from '../../../../src/benchmarks/smallfix/family.ts';
import { bestOfList } from './best.ts';
import { listChains } from './chains.ts';
import { listGroups } from './groups.ts';
import { listLimit } from './limit.ts';
import { rankedList } from './ranked.ts';
import { listSummary } from './summary.ts';
import { zippedLists } from './zipped.ts';

/** Lists of numbers: which numbers, what is done to each, what comes out. */
export const listFamilies: readonly Family[] = [
  ...listChains,
  listSummary,
  listLimit,
  rankedList,
  bestOfList,
  listGroups,
  zippedLists,
];
