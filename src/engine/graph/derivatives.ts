import { attention } from './attention.ts';
import type { GraphBuilder, Value } from './builder.ts';
import { type Rule, total, when } from './rule.ts';

/**
 * Every differentiable operation: its forward pass, its reverse rule (VJP: cotangent of y → cotangents of x) and its
 * forward rule (JVP: tangents of x → tangent of y), side by side. N rows (tokens), H columns.
 * Read `t…` as a tangent (ẋ), `d…` as a cotangent; `saved` is what forward kept.
 */

/** A constant matrix W [out, in] however it is stored, and an optional bias [out]. */
export interface FrozenMatrix {
  /** x·Wᵀ + bias: [N, in] → [N, out] */
  times(g: GraphBuilder, x: Value, options: { bias: boolean }): Value;
  /** dy·W: [N, out] → [N, in] */
  transposed(g: GraphBuilder, dy: Value, plus?: Value): Value;
}

/** y = a + b                                                                [N, H] + [N, H] → [N, H] */
const add: Rule<null> = {
  forward: (g, [a, b]) => ({ y: g.add(a!, b!) }),
  vjp: (_g, _n, dy) => [dy, dy],
  jvp: (g, _n, t) => total(g, ...t),
};

/** y = x·Wᵀ + bias with W frozen                                                [N, in] → [N, out] */
const frozenLinear: Rule<FrozenMatrix> = {
  forward: (g, [x], w) => ({ y: w.times(g, x!, { bias: true }) }),
  vjp: (g, n, dy) => [n.a.transposed(g, dy)],
  jvp: (g, n, [t]) => n.a.times(g, t!, { bias: false }),
};

/**
 * y = x·Wᵀ + bias + u·B, u = x·A; W frozen, A [in, r] and B [r, out] trained     [N, in] → [N, out]
 *
 *     x ─┬─ W ──────────(+)─ y
 *        └─ A ─ u ─ B ───┘
 */
const loraLinear: Rule<FrozenMatrix> = {
  forward(g, [x, A, B], w) {
    const u = g.gemm(x!, A!);
    return { y: g.gemm(u, B!, { c: w.times(g, x!, { bias: true }) }), saved: [u] };
  },
  vjp(g, { x: [x, A, B], saved: [u], a: w }, dy, [wantX]) {
    const du = g.gemm(dy, B!, { transB: true });
    const dx = wantX ? w.transposed(g, dy, g.gemm(du, A!, { transB: true })) : undefined;
    return [dx, g.gemm(x!, du, { transA: true }), g.gemm(u!, dy, { transA: true })];
  },
  jvp(g, { x: [x, A, B], saved: [u], a: w }, [tx, tA, tB]) {
    const tu =
      tA === undefined && tx === undefined
        ? undefined
        : total(
            g,
            when(tx, (t) => g.gemm(t, A!)),
            when(tA, (t) => g.gemm(x!, t)),
          );
    return total(
      g,
      when(tx, (t) => w.times(g, t, { bias: false })),
      when(tu, (t) => g.gemm(t, B!)),
      when(tB, (t) => g.gemm(u!, t)),
    );
  },
};

/** y = x·Wᵀ + bias with everything trained; W [out, in], bias [out] optional     [N, in] → [N, out] */
const linear: Rule<null> = {
  forward: (g, [x, W, bias]) => ({
    y: g.gemm(x!, W!, bias === undefined ? { transB: true } : { transB: true, c: bias }),
  }),
  vjp: (g, { x: [x, W, bias] }, dy, [wantX]) => [
    wantX ? g.gemm(dy, W!) : undefined,
    g.gemm(dy, x!, { transA: true }),
    when(bias, () => g.node('ReduceSum', [dy, g.ints([0])], { keepdims: 0 })),
  ],
  jvp: (g, { x: [x, W], y }, [tx, tW, tBias]) =>
    total(
      g,
      when(tx, (t) => g.gemm(t, W!, { transB: true })),
      when(tW, (t) => g.gemm(x!, t, { transB: true })),
      when(tBias, (t) => g.add(g.mul(y, g.float(0)), t)),
    ),
};

/**
 * y = x̂·γ, x̂ = x·s, s = 1/√(mean(x²) + ε)                                        [N, H], γ [H] → [N, H]
 * The forward node is fused; s is computed again by the rules, which is cheaper than keeping x̂.
 */
const rmsNorm: Rule<{ eps: number }> = {
  forward: (g, [x, gamma], { eps }) => ({
    y: g.node('SimplifiedLayerNormalization', [x!, gamma!], { axis: -1, epsilon: { float: eps }, stash_type: 1 }),
  }),
  vjp(g, { x: [x, gamma], a }, dy, [wantX, wantGamma]) {
    const { s, xhat } = normalise(g, x!, a.eps);
    const dxhat = g.mul(dy, gamma!);
    const along = g.mul(xhat, g.mean(g.mul(dxhat, xhat)));
    return [
      wantX ? g.mul(s, g.sub(dxhat, along)) : undefined,
      wantGamma ? g.node('ReduceSum', [g.mul(dy, xhat), g.ints([0])], { keepdims: 0 }) : undefined,
    ];
  },
  jvp(g, { x: [x, gamma], a }, [tx, tGamma]) {
    const { s, xhat } = normalise(g, x!, a.eps);
    const txhat = when(tx, (t) => {
      const scaled = g.mul(t, s);
      return g.mul(gamma!, g.sub(scaled, g.mul(xhat, g.mean(g.mul(xhat, scaled)))));
    });
    return total(
      g,
      txhat,
      when(tGamma, (t) => g.mul(xhat, t)),
    );
  },
};

/** s [N, 1] and x̂ = x·s [N, H]:   x ─ x² ─ mean ─ +ε ─ √ ─ 1/· ─ s ─ ·x ─ x̂ */
function normalise(g: GraphBuilder, x: Value, eps: number): { s: Value; xhat: Value } {
  const s = g.node('Reciprocal', [g.node('Sqrt', [g.add(g.mean(g.mul(x, x)), g.float(eps))])]);
  return { s, xhat: g.mul(x, s) };
}

/** y = x in another shape; `back` is the shape of x. */
const reshape: Rule<{ shape: Value; back: Value }> = {
  forward: (g, [x], { shape }) => ({ y: g.reshape(x!, shape) }),
  vjp: (g, n, dy) => [g.reshape(dy, n.a.back)],
  jvp: (g, n, [t]) => g.reshape(t!, n.a.shape),
};

/**
 * y = rotation of every head's (i, i + hd/2) pairs by its position's angles        [N, heads·hd] → the same
 * Orthogonal up to the tables' own factor, so the transpose is the rotation by −sin.
 */
interface Rotary {
  /** i64 [B, T], cos and sin [S, hd/2], −sin, and the shapes [B, T, heads·hd] and [N, heads·hd]. */
  readonly positions: Value;
  readonly cos: Value;
  readonly sin: Value;
  readonly negativeSin: Value;
  readonly split: Value;
  readonly flat: Value;
}
const rotary: Rule<Rotary> = {
  forward: (g, [x], a) => ({ y: rotate(g, x!, a, a.sin) }),
  vjp: (g, n, dy) => [rotate(g, dy, n.a, n.a.negativeSin)],
  jvp: (g, n, [t]) => rotate(g, t!, n.a, n.a.sin),
};

/** x [N, ·] ─ reshape [B, T, ·] ─ RotaryEmbedding ─ reshape [N, ·] */
function rotate(g: GraphBuilder, x: Value, a: Rotary, sin: Value): Value {
  return g.reshape(
    g.ms('RotaryEmbedding', [g.reshape(x, a.split), a.positions, a.cos, sin], { interleaved: 0 }),
    a.flat,
  );
}

/** y = s·u, s = gate·σ(gate)                                                 [N, I], [N, I] → [N, I] */
const gatedSilu: Rule<null> = {
  forward: (g, [gate, up]) => ({ y: g.mul(g.mul(gate!, g.node('Sigmoid', [gate!])), up!) }),
  // σ is computed again rather than kept: [N, I] is the widest activation of a layer.
  vjp(g, { x: [gate, up] }, dy) {
    const sigma = g.node('Sigmoid', [g.after(gate!, dy)]);
    return [g.mul(g.mul(dy, up!), siluSlope(g, gate!, sigma)), g.mul(dy, g.mul(gate!, sigma))];
  },
  jvp(g, { x: [gate, up] }, [tGate, tUp]) {
    const sigma = g.node('Sigmoid', [gate!]);
    return total(
      g,
      when(tGate, (t) => g.mul(g.mul(t, up!), siluSlope(g, gate!, sigma))),
      when(tUp, (t) => g.mul(t, g.mul(gate!, sigma))),
    );
  },
};

/** silu′ = σ·(1 + gate·(1 − σ)) */
function siluSlope(g: GraphBuilder, gate: Value, sigma: Value): Value {
  const one = g.float(1);
  return g.mul(sigma, g.add(one, g.mul(gate, g.sub(one, sigma))));
}

/** y = the given rows of x, each at most once; rows i64 [R]                              [N, H] → [R, H] */
const selectRows: Rule<{ rows: Value }> = {
  forward: (g, [x], { rows }) => ({ y: g.node('Gather', [x!, rows], { axis: 0 }) }),
  vjp: (g, { x: [x], a }, dy) => {
    const zeros = g.mul(x!, g.float(0));
    return [g.node('ScatterND', [zeros, g.node('Unsqueeze', [a.rows, g.ints([1])]), dy])];
  },
  jvp: (g, n, [t]) => g.node('Gather', [t!, n.a.rows], { axis: 0 }),
};

/** y = rows of a trained table, any number of times; ids i64 [N]                      table [V, H] → [N, H] */
const embedding: Rule<{ ids: Value }> = {
  forward: (g, [table], { ids }) => ({ y: g.node('Gather', [table!, ids], { axis: 0 }) }),
  vjp: (g, { x: [table], a }, dy) => {
    const zeros = g.mul(table!, g.float(0));
    return [g.node('ScatterND', [zeros, g.node('Unsqueeze', [a.ids, g.ints([1])]), dy], { reduction: 'add' })];
  },
  jvp: (g, n, [t]) => g.node('Gather', [t!, n.a.ids], { axis: 0 }),
};

/** The table of all derivatives. */
export const rules = {
  add,
  frozenLinear,
  loraLinear,
  linear,
  rmsNorm,
  reshape,
  rotary,
  attention,
  gatedSilu,
  selectRows,
  embedding,
};
