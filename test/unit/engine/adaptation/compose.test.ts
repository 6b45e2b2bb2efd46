import assert from 'node:assert/strict';
import type { LoraAdapter } from '../../../../src/engine/adaptation/adapter.ts';
import { adapterScale, withTheta } from '../../../../src/engine/adaptation/adapter.ts';
import { combine, embedTangent, extractGradient } from '../../../../src/engine/adaptation/compose.ts';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import { dot } from '../../../../src/engine/adaptation/vector.ts';
import type { EffectiveAdapter, LoraLayout } from '../../../../src/engine/graph/lora.ts';
import { toyAdapter, toyLayout } from './toy-trainer.ts';

function randomAdapter(rank: number, alpha: number, seed: number, rankStabilised = false): LoraAdapter {
  const uniform = uniformStream(seed);
  const theta = Float32Array.from({ length: toyLayout(rank).size }, () => 2 * uniform() - 1);
  return toyAdapter({ name: `a${seed}`, rank, alpha, rankStabilised, theta });
}

/** ΔW = factor·A·B of every linear. */
function products(theta: Float32Array, layout: LoraLayout, factor: number): number[][] {
  const out: number[][] = [];
  for (let s = 0; s < layout.slots.length; s += 2) {
    const a = layout.slots[s]!;
    const b = layout.slots[s + 1]!;
    const delta: number[] = [];
    for (let i = 0; i < a.rows; i++) {
      for (let j = 0; j < b.columns; j++) {
        let value = 0;
        for (let k = 0; k < a.columns; k++) {
          value += theta[a.offset + i * a.columns + k]! * theta[b.offset + k * b.columns + j]!;
        }
        delta.push(factor * value);
      }
    }
    out.push(delta);
  }
  return out;
}

function assertProducts(effective: EffectiveAdapter, adapters: readonly LoraAdapter[]): void {
  const parts = adapters.map((adapter) => products(adapter.theta, adapter.layout, adapterScale(adapter)));
  products(effective.theta, effective.layout, 1).forEach((delta, linear) => {
    delta.forEach((value, i) => {
      const expected = parts.reduce((total, part) => total + part[linear]![i]!, 0);
      assert.ok(Math.abs(value - expected) < 1e-5);
    });
  });
}

describe('compose', () => {
  const workspace = randomAdapter(3, 6, 1);
  const session = randomAdapter(4, 8, 2);
  const stabilised = randomAdapter(4, 6, 3, true);

  it('gives one adapter with its scale folded into B', () => {
    for (const adapter of [workspace, session, stabilised]) {
      const effective = combine([adapter]);
      assert.deepEqual(effective.layout, adapter.layout);
      assertProducts(effective, [adapter]);
    }
    assert.equal(adapterScale(stabilised), 3);
  });

  it('adds the effects of several adapters of different ranks', () => {
    const adapters = [workspace, session, stabilised];
    const effective = combine(adapters);
    assert.equal(effective.layout.rank, 11);
    assert.deepEqual(effective.layout, toyLayout(11));
    assertProducts(effective, adapters);
  });

  it('extracts gradients by the chain rule: the adjoint of embedding tangents, and a directional derivative', () => {
    const adapters = [workspace, session];
    const uniform = uniformStream(9);
    for (const which of [0, 1]) {
      const own = adapters[which]!;
      const v = Float32Array.from(own.theta, () => 2 * uniform() - 1);
      const u = Float32Array.from({ length: toyLayout(7).size }, () => 2 * uniform() - 1);
      const tangent = embedTangent(v, adapters, which);
      const left = dot(tangent, u);
      const right = dot(v, extractGradient(u, adapters, which));
      assert.ok(Math.abs(left - right) < 1e-4 * Math.abs(left));

      const step = 2 ** -8;
      const moved = combine(
        adapters.with(
          which,
          withTheta(
            own,
            own.theta.map((value, i) => value + step * v[i]!),
          ),
        ),
      );
      const before = combine(adapters);
      tangent.forEach((value, i) => {
        assert.ok(Math.abs((moved.theta[i]! - before.theta[i]!) / step - value) < 1e-3);
      });
    }
  });

  it('I7 keeps its version for the same adapters and changes it with any of them', () => {
    assert.equal(combine([workspace, session]).version, combine([workspace, session]).version);
    assert.equal(combine([session]).version, combine([session]).version);
    const changed = withTheta(session, session.theta.slice());
    const versions = [[session], [workspace], [workspace, session], [workspace, changed], [changed]].map(
      (adapters) => combine(adapters).version,
    );
    assert.equal(new Set(versions).size, versions.length);
    assert.ok(!versions.includes(0));
  });

  it('forgets combinations that have not been used for long, never one in use', () => {
    const used = combine([workspace, session]).version;
    const unused = combine([session, workspace]).version;
    for (let i = 0; i < 300; i++) {
      combine([workspace, withTheta(session, session.theta)]);
      assert.equal(combine([workspace, session]).version, used);
    }
    assert.notEqual(combine([session, workspace]).version, unused);
  });

  it('does not write to what it is given', () => {
    const copy = session.theta.slice();
    combine([workspace, session]).theta.fill(0);
    combine([session]).theta.fill(0);
    assert.deepEqual(session.theta, copy);
  });
});
