import assert from 'node:assert/strict';
import { drawFrom, trainingProblem } from '../../../../src/benchmarks/smallfix/draw.ts';
import { families } from '../../../../src/benchmarks/smallfix/families/index.ts';
import { namesHeldOut, paramsHeldOut, splitsParams } from '../../../../src/benchmarks/smallfix/splits.ts';
import { tasks } from '../../../../src/benchmarks/smallfix/tasks.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';

describe('the split of smallfix', () => {
  it('has every combination of names on one side, some of each family on both', () => {
    for (const family of families) {
      const sides = family.names.flatMap((name) => family.args.map((args) => namesHeldOut({ name, args })));
      const heldOut = sides.filter((side) => side).length;
      assert.ok(heldOut > 0 && heldOut < sides.length / 2, `${family.id}: ${heldOut} of ${sides.length}`);
    }
  });

  it('has parameters on one side wherever there are enough of them', () => {
    let split = 0;
    for (const family of families.filter(splitsParams)) {
      split++;
      const random = mulberry32(2);
      const sides = Array.from({ length: 300 }, () => paramsHeldOut(family, family.params(random)));
      const share = sides.filter((side) => side).length / sides.length;
      assert.ok(share > 0.01 && share < 0.5, `${family.id}: ${share}`);
    }
    assert.ok(split >= 50, `${split}`);
  });

  it('draws problems of each side from that side alone', () => {
    const random = mulberry32(5);
    for (const family of families.filter((_, index) => index % 5 === 0)) {
      for (let draws = 0; draws < 40; draws++) {
        const heldOut = draws % 2 === 0;
        const problem = drawFrom(family, random, heldOut);
        if (problem === undefined) continue;
        assert.equal(namesHeldOut(problem.names), heldOut);
        if (splitsParams(family)) assert.equal(paramsHeldOut(family, problem.params), heldOut);
      }
    }
  });

  it('keeps the last wording of every request, and of every grumble, from training', () => {
    const random = mulberry32(6);
    const held = tasks('heldout', { limit: 200 }).filter(({ heldOut }) => heldOut === 'phrasing');
    const inTraining = new Set<string>();
    for (let draws = 0; draws < 150; draws++) {
      for (const ask of trainingProblem(random).asks.slice(0, -1)) inTraining.add(ask);
    }
    for (const { request } of held) for (const ask of inTraining) assert.ok(!request.includes(ask), request);
    const grumbles = tasks('train', { limit: 100 }).flatMap(({ comments }) => comments.hints);
    assert.ok(!grumbles.includes('Where is the last one?') && grumbles.length > 50);
  });
});
