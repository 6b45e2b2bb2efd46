import type { Family } from '../../../src/benchmarks/smallfix/family.ts';
import { catalogueFamilies } from './catalogues/index.ts';
import { listFamilies } from './lists/index.ts';
import { numberFamilies } from './numbers/index.ts';
import { objectFamilies } from './objects/index.ts';
import { textFamilies } from './texts/index.ts';

/** Grammars produce so much that a small model would learn little else. */
const weight = 0.3;

/** Families for training only: grammars of requests and code, from which no task is drawn. */
export const moreFamilies: readonly Family[] = [
  ...listFamilies,
  ...catalogueFamilies,
  ...numberFamilies,
  ...textFamilies,
  ...objectFamilies,
].map((family) => ({ ...family, weight: weight * family.weight }));
