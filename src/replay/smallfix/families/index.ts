import type { Family } from '../family.ts';
import { limitFamilies } from './limit.ts';

export const families: readonly Family[] = [...limitFamilies];
