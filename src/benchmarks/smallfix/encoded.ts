import type { Json } from './task.ts';

/**
 * A value in JSON, such that two values have the same text exactly if `assert.deepStrictEqual` considers them equal. It covers
 * all that JSON can hold and what functions return by mistake: `undefined`, NaN, infinities, −0, holes. Everything else
 * (functions, symbols, maps, dates, class instances, what is too deep or too large) is `other` and equal to nothing.
 */
export type EncodedValue =
  | null
  | boolean
  | number
  | string
  | readonly EncodedValue[]
  /** A plain object; keys in order of their code units. */
  | { readonly o: readonly (readonly [string, EncodedValue])[] }
  | { readonly $: 'undefined' | 'NaN' | 'Infinity' | '-Infinity' | '-0' | 'hole' | 'other' };

/** The realm's encoder for values that are known to be JSON. */
export function encodedJson(value: Json): EncodedValue {
  if (typeof value === 'number') return Object.is(value, -0) ? { $: '-0' } : value;
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(encodedJson);
  const keys = Object.keys(value).sort();
  return { o: keys.map((key) => [key, encodedJson(value[key]!)] as const) };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** What was encoded, to be shown and for tests, with a symbol for `other`. */
export function decoded(value: EncodedValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decoded);
  if ('o' in value) return Object.fromEntries(value.o.map(([key, inner]) => [key, decoded(inner)]));
  return specials[(value as { readonly $: keyof typeof specials }).$];
}

const specials = {
  undefined: undefined,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
  hole: undefined,
  other: Symbol('other'),
};

/** What was encoded if JSON can hold it; otherwise undefined. */
export function jsonOf(value: EncodedValue): Json | undefined {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(jsonOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!('o' in value)) return undefined;
  const entries = value.o.map(([key, inner]) => [key, jsonOf(inner)] as const);
  return entries.every(([, inner]) => inner !== undefined)
    ? (Object.fromEntries(entries) as { readonly [key: string]: Json })
    : undefined;
}

/** False for anything that contains an `other`, about which nothing is known. */
export function sameValue(a: string, b: string): boolean {
  return a === b && !a.includes('{"$":"other"}');
}
