import assert from 'node:assert/strict';
import { drawFrom, heldOutProblem } from '../../../../src/benchmarks/smallfix/draw.ts';
import { families } from '../../../../src/benchmarks/smallfix/families/index.ts';
import type { Problem } from '../../../../src/benchmarks/smallfix/problem.ts';
import { namesHeldOut } from '../../../../src/benchmarks/smallfix/splits.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';
import { codeShape } from '../../../../training/embedded/examples/code-shape.ts';
import { problemPool } from '../../../../training/embedded/examples/draw.ts';
import { isHeldOutTwin } from '../../../../training/embedded/examples/held-out-twins.ts';
import { moreFamilies } from '../../../../training/embedded/families/index.ts';

describe('families for training alone', () => {
  it('have names of their own, and at least four wordings', () => {
    const ids = [...families, ...moreFamilies].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(moreFamilies.length >= 40);
    for (const family of moreFamilies) {
      assert.ok(family.names.length >= 6, family.id);
      const { asks } = family.make({ name: 'f', args: family.args[0]! }, family.params(mulberry32(1)), mulberry32(1));
      assert.ok(asks.length >= 4, family.id);
    }
  });

  it('make problems whose readings and faults can be told apart', () => {
    for (const family of moreFamilies) {
      const random = mulberry32(2);
      const problems = Array.from({ length: 60 }, () => drawFrom(family, random, false)).filter(
        (one) => one !== undefined,
      );
      assert.ok(problems.length >= 10, `${family.id}: ${problems.length}`);
    }
  });

  it('are a good part of what training sees, and tasks are drawn from none of them', () => {
    const random = mulberry32(3);
    const next = problemPool(random);
    const drawn = Array.from({ length: 1500 }, () => next());
    const more = drawn.filter(({ family }) => moreFamilies.includes(family)).length / drawn.length;
    assert.ok(more > 0.06 && more < 0.3, `${more}`);
    assert.ok(families.every((family) => !moreFamilies.includes(family)));
    for (const { family, names } of drawn) assert.ok(!family.heldOut && !namesHeldOut(names), family.id);
    for (const problem of new Set(drawn)) {
      if (moreFamilies.includes(problem.family)) assert.ok(!isHeldOutTwin(problem), problem.readings[0]!.source);
    }
  });

  it('know a held-out problem by its code, whatever names, numbers and layout it has', () => {
    const random = mulberry32(4);
    for (let draws = 0; draws < 60; draws++) assert.ok(isHeldOutTwin(heldOutProblem(random, 'held-out-family')));
    const shape = "(rows) return [...rows].sort((a, b) => a.age - b.age).map((row) => row.name + 'x' + 12);";
    const same = "(list)\n  return [...list].sort((x, y) => x.size - y.size).map((one) => one.id + 'yz' + 7)";
    assert.equal(codeShape(shape), codeShape(same));
    assert.notEqual(codeShape(shape), codeShape(same.replace('x.size - y.size', 'y.size - x.size')));
    assert.equal(codeShape('(a) for (const b of a) { c.push(b); }'), codeShape('(d) for (const e of d) f.push(e);'));
  });

  it('know one by what it returns, whatever its code is', () => {
    const random = mulberry32(5);
    let smallest: Problem;
    do smallest = heldOutProblem(random, 'held-out-family');
    while (smallest.family.id !== 'smallest');
    const { name, args } = smallest.names;
    const readings = smallest.readings.map((reading) => ({
      ...reading,
      source: `export function ${name}(${args[0]}) {\n  if (!${args[0]}.length) return ${JSON.stringify(reading.expected.find((value) => typeof value !== 'number') ?? null)};\n  return [...${args[0]}].sort((a, b) => a - b)[0];\n}\n`,
    }));
    assert.ok(isHeldOutTwin({ ...smallest, readings }));
    const largest = readings.map((reading) => ({ ...reading, source: reading.source.replace('a - b', 'b - a') }));
    assert.ok(!isHeldOutTwin({ ...smallest, readings: largest }));
  });
});
