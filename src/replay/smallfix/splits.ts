import { hash32 } from '../../shared/random.ts';
import type { Names } from './family.ts';
import type { Json } from './task.ts';

/** Share of all keys that never occur in training. */
const heldOutShare = 0.2;

/**
 * What tells one solution's text from another: names and parameters, without the family, because two families may write the
 * same text for the same names and parameters.
 */
export function splitKey({ name, args }: Names, params: readonly Json[]): string {
  return JSON.stringify([name, args, params]);
}

export function isHeldOutKey(key: string): boolean {
  return hash32(`smallfix ${key}`) / 2 ** 32 < heldOutShare;
}

/** White space and case say nothing: texts that are equal without them count as the same prompt or solution. */
export function normalised(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}
