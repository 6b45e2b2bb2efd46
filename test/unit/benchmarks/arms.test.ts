import assert from 'node:assert/strict';
import { axes, switchTurnFor } from '../../../src/agent/method.ts';
import { adaptsWeights, armNames, arms, defaultArms, methodOptions } from '../../../src/benchmarks/arms.ts';

describe('arms', () => {
  it('are the five methods and the controls', () => {
    assert.deepEqual(defaultArms, [
      'baseline',
      'textgrad',
      'rosa',
      'rosa2',
      'switch',
      'resample',
      'placebo-weights',
      'placebo-words',
    ]);
    for (const name of armNames) assert.equal(arms[name].name, name);
  });
  it('switch in the middle: at turn 5 of 10 as in the paper, and never after the last turn that adapts', () => {
    assert.equal(switchTurnFor(10), 5);
    assert.equal(switchTurnFor(5), 3);
    for (let turns = 2; turns <= 12; turns++) assert.ok(switchTurnFor(turns) < turns, `of ${turns}`);
    const both = [1, 2, 3, 4].map((turn) => axes({ method: 'switch', maxTurns: 5 }, turn).weights);
    assert.deepEqual(both, [false, false, true, true]);
    assert.deepEqual(methodOptions(arms['switch-weights'], 10), {
      method: 'switch',
      maxTurns: 10,
      switchFrom: 'weights',
    });
  });
  it('need an adapter exactly where some turn updates weights', () => {
    const need = armNames.filter((name) => adaptsWeights(arms[name], 5));
    assert.deepEqual(need, ['rosa', 'rosa2', 'switch', 'placebo-weights', 'placebo-words', 'switch-weights']);
    assert.ok(!adaptsWeights(arms.rosa2, 1), 'after the last turn nothing is adapted');
  });
});
