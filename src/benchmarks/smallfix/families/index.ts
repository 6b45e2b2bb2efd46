import type { Family } from '../family.ts';
import { composeFamilies } from './compose.ts';
import { groupingFamilies } from './grouping.ts';
import { letterFamilies } from './letters.ts';
import { limitFamilies } from './limit.ts';
import { objectFamilies } from './objects.ts';
import { orderingFamilies } from './ordering.ts';
import { positionFamilies } from './positions.ts';
import { rangeFamilies } from './ranges.ts';
import { roundingFamilies } from './rounding.ts';
import { sideFamilies } from './sides.ts';
import { textFamilies } from './texts.ts';
import { wholeListFamilies } from './whole-lists.ts';

/** All families, in a fixed order: what is drawn for a seed depends on it. */
export const families: readonly Family[] = [
  ...limitFamilies,
  ...letterFamilies,
  ...wholeListFamilies,
  ...orderingFamilies,
  ...rangeFamilies,
  ...positionFamilies,
  ...sideFamilies,
  ...roundingFamilies,
  ...objectFamilies,
  ...groupingFamilies,
  ...textFamilies,
  ...composeFamilies,
];
