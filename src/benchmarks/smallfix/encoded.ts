import type { Json } from './task.ts';

/**
 * A value as text that is the same exactly for values that `assert.deepStrictEqual` calls equal, for all that JSON can hold and
 * for what functions return by mistake: `undefined`, NaN, infinities, −0, holes. All else (functions, symbols, maps, dates,
 * instances of classes, what is too deep or too large) is `other` and equal to nothing.
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

/** The same as the realm's encoder, for values that are known to be JSON. */
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

/** For showing and for tests: what was encoded, with a symbol for `other`. */
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

/** What was encoded when JSON can hold it; undefined otherwise. */
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

/** Never for what holds an `other`: nothing is known of it. */
export function sameValue(a: string, b: string): boolean {
  return a === b && !a.includes('{"$":"other"}');
}
