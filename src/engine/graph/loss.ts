import type { GraphBuilder, Value } from './builder.ts';

/** What is known of the logits z [R, V] at the scored positions. */
export interface Logits {
  /** log π [R, V] */
  readonly distribution: Value;
  /** π [R, V] */
  readonly probabilities: Value;
  /** log π(y) [R] */
  readonly logProb: Value;
  /** −Σ π log π [R] */
  readonly entropy: Value;
  /** y as i64 [R, 1] */
  readonly targets: Value;
}

/**
 * Log-softmax by primitives (LogSoftmax has no WebGPU kernel) and what follows from it.
 *
 *     z ─ −max ─┬──────────────────────── − ─ log π ─┬─ GatherElements(y) ─ logProb
 *               └─ exp ─ Σ ─ log ─────────┘          └─ exp ─ π ─ −Σ π·log π ─ entropy
 */
export function scoreLogits(g: GraphBuilder, z: Value, targets: Value): Logits {
  const shifted = g.sub(z, g.node('ReduceMax', [z, g.ints([-1])], { keepdims: 1 }));
  const distribution = g.sub(shifted, g.node('Log', [g.sum(g.exp(shifted))]));
  const probabilities = g.exp(distribution);
  const column = g.node('Unsqueeze', [targets, g.ints([1])]);
  const flat = g.ints([-1]);
  return {
    distribution,
    probabilities,
    logProb: g.reshape(g.node('GatherElements', [distribution, column], { axis: 1 }), flat),
    entropy: g.reshape(g.node('Neg', [g.sum(g.mul(probabilities, distribution))]), flat),
    targets: column,
  };
}

/**
 * KL(ρ ‖ π) [R] of reference log-probabilities log ρ [R, V]:  Σ ρ·(log ρ − log π − 1) + π
 * The terms −ρ + π add up to nothing, but make each summand about ½ρ·(log ρ − log π)², so that rounding does not drown a small KL.
 */
export function divergence(g: GraphBuilder, { distribution, probabilities }: Logits, reference: Value): Value {
  const tilt = g.sub(g.sub(reference, distribution), g.float(1));
  return g.reshape(g.sum(g.add(g.mul(g.exp(reference), tilt), probabilities)), g.ints([-1]));
}

/**
 * R̃ [R, V] of adaptation §2 (Centring): w_y·(e_y − π) − c·π∘(w − ⟨π, w⟩) with w(v) = π(v)·ρ / (1 + π(v)·ρ), ρ = expm1(b).
 * reward = ρ [R]; c [1] = 1 centres, 0 does not. Following it raises the objective −Σ KL(π* ‖ π).
 */
export function residualCotangent(g: GraphBuilder, logits: Logits, reward: Value, centering: Value): Value {
  const { probabilities: pi, targets } = logits;
  const scaled = g.mul(pi, g.node('Unsqueeze', [reward, g.ints([1])]));
  const w = g.div(scaled, g.add(g.float(1), scaled));
  const wy = g.node('GatherElements', [w, targets], { axis: 1 });
  const centred = g.mul(centering, g.sub(w, g.sum(g.mul(pi, w))));
  return addAt(g, g.node('Neg', [g.mul(pi, g.add(wy, centred))]), targets, wy);
}

/** s [R, V] = D·ż = π∘(ż − ⟨π, ż⟩), D = diag π − π·πᵀ: the Fisher metric of the softmax applied to a tangent of the logits. */
export function fisherCotangent(g: GraphBuilder, { probabilities: pi }: Logits, tangent: Value): Value {
  return g.mul(pi, g.sub(tangent, g.sum(g.mul(pi, tangent))));
}

/** Cotangent of L = −Σ weight_i·log π_i(y_i):  weight·(π − e_y) [R, V] */
export function likelihoodCotangent(g: GraphBuilder, { probabilities: pi, targets }: Logits, weight: Value): Value {
  const column = g.node('Unsqueeze', [weight, g.ints([1])]);
  return addAt(g, g.mul(pi, column), targets, g.node('Neg', [column]));
}

/** matrix[i, targets[i]] += column[i] */
function addAt(g: GraphBuilder, matrix: Value, targets: Value, column: Value): Value {
  return g.node('ScatterElements', [matrix, targets, column], { axis: 1, reduction: 'add' });
}
