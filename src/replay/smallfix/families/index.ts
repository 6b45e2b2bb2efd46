import type { Family } from '../family.ts';
import { letterFamilies } from './letters.ts';
import { limitFamilies } from './limit.ts';
import { orderingFamilies } from './ordering.ts';
import { wholeListFamilies } from './whole-lists.ts';

export const families: readonly Family[] = [...limitFamilies, ...letterFamilies, ...wholeListFamilies, ...orderingFamilies];
