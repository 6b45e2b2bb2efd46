import assert from 'node:assert/strict';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import { relativeWeightChange } from '../../../../src/engine/adaptation/weight-change.ts';
import { toyAdapter, toyLayout } from './toy-trainer.ts';

describe('relativeWeightChange', () => {
  const uniform = uniformStream(2);
  const random = (rank: number) => Float32Array.from({ length: toyLayout(rank).size }, () => 2 * uniform() - 1);

  it('is the largest ‖scale·BA‖_F / ‖W‖_F, all adapters together', () => {
    const adapters = [toyAdapter({ rank: 3, theta: random(3) }), toyAdapter({ rank: 4, alpha: 2, theta: random(4) })];
    const effective = combine(adapters);
    const { slots, rank } = effective.layout;
    const explicit = [0, 2].map((s) => {
      const [a, b] = [slots[s]!, slots[s + 1]!];
      let squares = 0;
      for (let i = 0; i < a.rows; i++) {
        for (let j = 0; j < b.columns; j++) {
          let value = 0;
          for (let k = 0; k < rank; k++) {
            value += effective.theta[a.offset + i * rank + k]! * effective.theta[b.offset + k * b.columns + j]!;
          }
          squares += value ** 2;
        }
      }
      return Math.sqrt(squares);
    });
    const norms = { 'self_attn.q_proj': 3, 'self_attn.o_proj': 50 } as const;
    const expected = Math.max(explicit[0]! / norms['self_attn.q_proj'], explicit[1]! / norms['self_attn.o_proj']);
    const actual = relativeWeightChange(effective, (_, module) => norms[module as keyof typeof norms]);
    assert.ok(Math.abs(actual / expected - 1) < 1e-6);
    const second = relativeWeightChange(effective, (_, module) => (module === 'self_attn.o_proj' ? 1e-3 : 1e9));
    assert.ok(Math.abs(second / (explicit[1]! / 1e-3) - 1) < 1e-6);
  });

  it('is 0 while B = 0, and never hides what is not a number', () => {
    assert.equal(
      relativeWeightChange(combine([toyAdapter()]), () => 0),
      0,
    );
    const theta = random(4);
    theta[theta.length - 1] = Number.NaN;
    assert.ok(Number.isNaN(relativeWeightChange(combine([toyAdapter({ theta })]), () => 1)));
  });
});
