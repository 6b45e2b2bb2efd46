import type { GraphBuilder, Value } from './builder.ts';
import { type Rule, total } from './rule.ts';

/**
 * Causal grouped-query attention by primitives: onnxruntime's fused operator has no gradient and, on some GPUs, wrong prefills.
 * G = heads / kvHeads query heads share one key head; they are stacked as rows, so keys and values are never repeated.
 */
export interface Attention {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** fp32 [T, T]: 0 where a token may look, a large negative number where it may not. */
  readonly mask: Value;
  readonly shapes: AttentionShapes;
}

/** Reshape targets (i64) that depend on B and T; see {@link attentionShapes}. */
export interface AttentionShapes {
  readonly queryHeads: Value;
  readonly queryRows: Value;
  readonly queryBack: Value;
  readonly keyHeads: Value;
  readonly keyRows: Value;
  readonly keyColumns: Value;
  readonly keyBack: Value;
  readonly keyColumnsBack: Value;
  readonly scores: Value;
  readonly scoreRows: Value;
  readonly flatQuery: Value;
  readonly flatKey: Value;
}

/** All reshape targets from i64 [2] = [B, T]. */
export function attentionShapes(
  g: GraphBuilder,
  batchTime: Value,
  { heads, kvHeads, headSize }: { heads: number; kvHeads: number; headSize: number },
): AttentionShapes {
  const group = heads / kvHeads;
  const concat = (...parts: Value[]) => g.node('Concat', parts, { axis: 0 });
  const batch = g.node('Slice', [batchTime, g.ints([0]), g.ints([1])]);
  const time = g.node('Slice', [batchTime, g.ints([1]), g.ints([2])]);
  const stacked = g.mul(time, g.ints([group]));
  return {
    queryHeads: concat(batchTime, g.ints([kvHeads, group, headSize])),
    queryRows: concat(g.ints([-1]), stacked, g.ints([headSize])),
    queryBack: concat(batch, g.ints([kvHeads, group]), time, g.ints([headSize])),
    keyHeads: concat(batchTime, g.ints([kvHeads, headSize])),
    keyRows: concat(g.ints([-1]), time, g.ints([headSize])),
    keyColumns: concat(g.ints([-1, headSize]), time),
    keyBack: concat(batch, g.ints([kvHeads]), time, g.ints([headSize])),
    keyColumnsBack: concat(batch, g.ints([kvHeads, headSize]), time),
    scores: concat(g.ints([-1, group]), time, time),
    scoreRows: concat(g.ints([-1]), stacked, time),
    flatQuery: g.ints([-1, heads * headSize]),
    flatKey: g.ints([-1, kvHeads * headSize]),
  };
}

/**
 *     q ─ queries ─ ·scale ─ Q [B·kv, G·T, hd] ─┐
 *     k ─ columns ────────── Kᵀ [B·kv, hd, T] ──┴─ S ─ +mask ── softmax ─ P [B·kv, G·T, T] ─┐
 *     v ─ rows ──────────────────────────────── V [B·kv, T, hd] ────────────────────────────┴─ O ─ y
 */
export const attention: Rule<Attention> = {
  forward(g, [q, k, v], a) {
    const Q = g.mul(queries(g, q!, a), g.float(1 / Math.sqrt(a.headSize)));
    const KT = columns(g, k!, a);
    const V = rows(g, v!, a);
    const masked = g.add(g.reshape(g.matmul(Q, KT), a.shapes.scores), a.mask);
    const P = g.reshape(g.node('Softmax', [masked], { axis: -1 }), a.shapes.scoreRows);
    const O = g.matmul(P, V);
    return { y: queriesBack(g, O, a), saved: [Q, KT, P, O] };
  },
  // dP = dO·Vᵀ, dS = P∘(dP − rowsum(dO∘O)), dQ = dS·K·scale, dK = dSᵀ·Q, dV = Pᵀ·dO; only the small factors are transposed.
  vjp(g, { x: [, k, v], saved: [Q, , P, O], a }, dy) {
    const dO = queries(g, dy, a);
    const dP = g.matmul(dO, columns(g, v!, a));
    const dS = g.mul(P!, g.sub(dP, g.sum(g.mul(dO, O!))));
    const dQ = g.mul(g.matmul(dS, rows(g, k!, a)), g.float(1 / Math.sqrt(a.headSize)));
    const dKT = g.matmul(g.transpose(Q!, 0, 2, 1), dS);
    const dVT = g.matmul(g.transpose(dO, 0, 2, 1), P!);
    return [queriesBack(g, dQ, a), columnsBack(g, dKT, a), columnsBack(g, dVT, a)];
  },
  // Ṡ = Q̇·Kᵀ + Q·K̇ᵀ, Ṗ = P∘(Ṡ − rowsum(P∘Ṡ)), Ȯ = Ṗ·V + P·V̇
  jvp(g, { x: [, , v], saved: [Q, KT, P], a }, [tq, tk, tv]) {
    const terms: Value[] = [];
    if (tq !== undefined) terms.push(g.matmul(g.mul(queries(g, tq, a), g.float(1 / Math.sqrt(a.headSize))), KT!));
    if (tk !== undefined) terms.push(g.matmul(Q!, columns(g, tk, a)));
    const output: Value[] = [];
    if (terms.length > 0) {
      const tS = total(g, ...terms);
      const tP = g.mul(P!, g.sub(tS, g.sum(g.mul(P!, tS))));
      output.push(g.matmul(tP, rows(g, v!, a)));
    }
    if (tv !== undefined) output.push(g.matmul(P!, rows(g, tv, a)));
    return queriesBack(g, total(g, ...output), a);
  },
};

/** [N, heads·hd] → [B, T, kv, G, hd] → [B, kv, G, T, hd] → [B·kv, G·T, hd] */
function queries(g: GraphBuilder, q: Value, { shapes }: Attention): Value {
  return g.reshape(g.transpose(g.reshape(q, shapes.queryHeads), 0, 2, 3, 1, 4), shapes.queryRows);
}

/** [B·kv, G·T, hd] → [B, kv, G, T, hd] → [B, T, kv, G, hd] → [N, heads·hd] */
function queriesBack(g: GraphBuilder, o: Value, { shapes }: Attention): Value {
  return g.reshape(g.transpose(g.reshape(o, shapes.queryBack), 0, 3, 1, 2, 4), shapes.flatQuery);
}

/** [N, kv·hd] → [B, T, kv, hd] → [B, kv, T, hd] → [B·kv, T, hd] */
function rows(g: GraphBuilder, k: Value, { shapes }: Attention): Value {
  return g.reshape(g.transpose(g.reshape(k, shapes.keyHeads), 0, 2, 1, 3), shapes.keyRows);
}

/** [N, kv·hd] → [B, T, kv, hd] → [B, kv, hd, T] → [B·kv, hd, T] */
function columns(g: GraphBuilder, k: Value, { shapes }: Attention): Value {
  return g.reshape(g.transpose(g.reshape(k, shapes.keyHeads), 0, 2, 3, 1), shapes.keyColumns);
}

/** [B·kv, hd, T] → [B, kv, hd, T] → [B, T, kv, hd] → [N, kv·hd] */
function columnsBack(g: GraphBuilder, k: Value, { shapes }: Attention): Value {
  return g.reshape(g.transpose(g.reshape(k, shapes.keyColumnsBack), 0, 3, 1, 2), shapes.flatKey);
}
