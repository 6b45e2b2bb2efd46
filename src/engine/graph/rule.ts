import type { GraphBuilder, Value } from './builder.ts';

/** How one operation is computed and differentiated. All rules stand in `derivatives.ts`. */
export interface Rule<A> {
  forward(g: GraphBuilder, x: readonly Value[], a: A): { y: Value; saved?: Value[] };
  /** Only the entries with `wants[i]` are used. */
  vjp(g: GraphBuilder, n: TapedOperation<A>, dy: Value, wants: readonly boolean[]): (Value | undefined)[];
  /** Absent tangents are zero; at least one is present. */
  jvp(g: GraphBuilder, n: TapedOperation<A>, t: readonly (Value | undefined)[]): Value;
}

interface TapedOperation<A> {
  readonly x: readonly Value[];
  readonly y: Value;
  readonly saved: readonly Value[];
  readonly a: A;
}

/** Sum of the terms that exist; at least one must. */
export function total(g: GraphBuilder, ...terms: (Value | undefined)[]): Value {
  const present = terms.filter((term) => term !== undefined);
  if (present.length === 0) throw new Error('A sum of no terms has no shape.');
  return present.reduce((sum, term) => g.add(sum, term));
}

/** f(v) when v exists. */
export function when(v: Value | undefined, f: (v: Value) => Value): Value | undefined {
  return v === undefined ? undefined : f(v);
}
