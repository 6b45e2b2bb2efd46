import { hash32, mulberry32 } from '../../shared/random.ts';
import type { Family, Names } from './family.ts';
import type { Json } from './task.ts';

/**
 * What training may use and what is held out. Two things are split by hash, and a held-out task has both on its side:
 * - The function's name with the names of its arguments. All code contains them, right or wrong, whatever its family, so no
 *   solution of a held-out task can occur in training, not even as a faulty attempt.
 * - The parameters, by family, where there are enough of them.
 */
const heldOutShare = 0.2;

export function namesHeldOut({ name, args }: Names): boolean {
  return share(`names ${name}(${args.join(', ')})`) < heldOutShare;
}

export function paramsHeldOut(family: Family, params: readonly Json[]): boolean {
  return splitsParams(family) && share(`params ${family.id} ${JSON.stringify(params)}`) < heldOutShare;
}

/** Families with fewer different parameters keep all of them in training, because they could lose most of them. */
const fewestParams = 15;
const many = new Map<Family, boolean>();

/** Whether parameters are split at all. */
export function splitsParams(family: Family): boolean {
  const known = many.get(family);
  if (known !== undefined) return known;
  const random = mulberry32(1);
  const drawn = new Set(Array.from({ length: 60 }, () => JSON.stringify(family.params(random))));
  many.set(family, drawn.size >= fewestParams);
  return drawn.size >= fewestParams;
}

function share(text: string): number {
  return hash32(`smallfix 2 ${text}`) / 2 ** 32;
}

/** White space and case do not count: texts that are otherwise equal are the same prompt or solution. */
export function normalised(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}
