import type { GraphBuilder, Value } from './builder.ts';
import { rules } from './derivatives.ts';
import { type Rule, total } from './rule.ts';

type Rules = typeof rules;
type AttributesOf<K extends keyof Rules> = Rules[K] extends Rule<infer A> ? A : never;

interface Entry {
  readonly rule: Rule<unknown>;
  readonly x: readonly Value[];
  readonly y: Value;
  readonly saved: readonly Value[];
  readonly a: unknown;
}

/**
 * Records operations while it emits their forward pass, then emits the reverse pass over the record.
 * Tangents (forward mode) are carried along while recording, for every leaf that has one.
 */
export class Tape {
  readonly #g: GraphBuilder;
  readonly #entries: Entry[] = [];
  /** Values that depend on a differentiable leaf. */
  readonly #active: Set<Value>;
  readonly #tangents: Map<Value, Value>;

  /**
   * @param leaves values to differentiate with respect to
   * @param tangents ẋ of leaves, for forward mode
   */
  constructor(g: GraphBuilder, leaves: Iterable<Value>, tangents: Iterable<readonly [Value, Value]> = []) {
    this.#g = g;
    this.#active = new Set(leaves);
    this.#tangents = new Map(tangents);
  }

  /** Emits y = op(x) and records it. */
  apply<K extends keyof Rules>(op: K, x: readonly Value[], a: AttributesOf<K>): Value {
    const rule = rules[op] as Rule<unknown>;
    const { y, saved = [] } = rule.forward(this.#g, x, a);
    const entry = { rule, x, y, saved, a };
    if (x.some((value) => this.#active.has(value))) {
      this.#active.add(y);
      this.#entries.push(entry);
    }
    const t = x.map((value) => this.#tangents.get(value));
    if (t.some((value) => value !== undefined)) this.#tangents.set(y, rule.jvp(this.#g, entry, t));
    return y;
  }

  /** ẏ, or undefined when y does not depend on a leaf with a tangent. */
  tangent(y: Value): Value | undefined {
    return this.#tangents.get(y);
  }

  /** Whether y depends on a leaf. */
  active(y: Value): boolean {
    return this.#active.has(y);
  }

  /** Emits the reverse pass from dy and returns the cotangents of every active value (leaves included). */
  backward(y: Value, dy: Value): Map<Value, Value> {
    const cotangents = new Map<Value, Value>([[y, dy]]);
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i] as Entry;
      const incoming = cotangents.get(entry.y);
      if (incoming === undefined) continue;
      const wants = entry.x.map((value) => this.#active.has(value));
      const outgoing = entry.rule.vjp(this.#g, entry, incoming, wants);
      entry.x.forEach((value, index) => {
        const d = outgoing[index];
        if (wants[index] && d !== undefined) cotangents.set(value, total(this.#g, cotangents.get(value), d));
      });
    }
    return cotangents;
  }
}
