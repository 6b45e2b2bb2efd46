import type { Family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numberBands } from './bands.ts';
import { boardPlace } from './board-place.ts';
import { numberBranch } from './branch.ts';
import { numberDigits } from './digits.ts';
import { listSigns } from './list-signs.ts';
import { numberRange } from './range.ts';
import { roundedNumber } from './rounded.ts';

/** Numbers: branches, limits, digits, ranges, rounding, places, signs. */
export const numberFamilies: readonly Family[] = [
  numberBranch,
  numberBands,
  numberDigits,
  numberRange,
  roundedNumber,
  boardPlace,
  listSigns,
];
