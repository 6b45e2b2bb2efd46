import type { Family } from '../../../../src/benchmarks/smallfix/family.ts';
import { objectEntries } from './entries.ts';
import { extremeRows } from './extreme-rows.ts';
import { filteredRows } from './filtered-rows.ts';
import { groupedRows } from './grouped-rows.ts';
import { keyClashes } from './key-clashes.ts';
import { keyedObjects } from './keyed-objects.ts';
import { missingFields } from './missing-fields.ts';
import { rowFigures } from './row-figures.ts';
import { rowLimits } from './row-limits.ts';
import { rowUpdates } from './row-updates.ts';
import { sortedRows } from './sorted-rows.ts';

/** Objects and lists of objects: which rows or entries, which part of them, how it is returned. */
export const objectFamilies: readonly Family[] = [
  filteredRows,
  objectEntries,
  missingFields,
  rowLimits,
  sortedRows,
  extremeRows,
  keyClashes,
  rowFigures,
  rowUpdates,
  groupedRows,
  keyedObjects,
];
