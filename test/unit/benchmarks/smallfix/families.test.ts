import assert from 'node:assert/strict';
import { parseAnswer } from '../../../../src/agent/answer/parse.ts';
import { agentTask } from '../../../../src/benchmarks/smallfix/agent-task.ts';
import { drawFrom } from '../../../../src/benchmarks/smallfix/draw.ts';
import { families } from '../../../../src/benchmarks/smallfix/families/index.ts';
import type { Family } from '../../../../src/benchmarks/smallfix/family.ts';
import { runTrusted } from '../../../../src/benchmarks/smallfix/judge/run-trusted.ts';
import type { Problem } from '../../../../src/benchmarks/smallfix/problem.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';

function problemsOf(family: Family, heldOut: boolean, count: number): readonly Problem[] {
  const random = mulberry32(7);
  const found: Problem[] = [];
  for (let draws = 0; draws < 3000 && found.length < count; draws++) {
    const problem = drawFrom(family, random, heldOut);
    if (problem !== undefined) found.push(problem);
  }
  return found;
}

describe('smallfix families', () => {
  it('are at least 40 with names of their own, about a fifth of them held out', () => {
    assert.ok(families.length >= 40, `${families.length}`);
    assert.equal(new Set(families.map(({ id }) => id)).size, families.length);
    const share = families.filter(({ heldOut }) => heldOut).length / families.length;
    assert.ok(share > 0.13 && share < 0.25, `${share}`);
  });

  it('each have problems in training and held out', () => {
    for (const family of families) {
      assert.ok(problemsOf(family, true, 1).length > 0, `${family.id} has nothing held out`);
      if (!family.heldOut) assert.ok(problemsOf(family, false, 1).length > 0, `${family.id} has nothing to train on`);
    }
  });

  for (const family of families) {
    it(`${family.id}: readings and faults differ on the tests, and all is well formed`, () => {
      for (const problem of problemsOf(family, family.heldOut, 2)) {
        const { asks, readings, bugs, inputs, names, stub } = problem;
        assert.ok(asks.length >= 3 && new Set(asks).size === asks.length, asks.join('|'));
        const results = new Set<string>();
        for (const { source, expected, says, grumbles } of readings) {
          results.add(JSON.stringify(expected));
          assert.ok(source.split('\n').length <= 14 && source.length <= 330, source);
          assert.match(
            source,
            /^export function \w+\([\w, ]*\) \{\n {2}[\s\S]*;\n\}\n$|^export function [\s\S]*\n {2}\}\n\}\n$/,
          );
          if (readings.length > 1) assert.ok(says.length >= 2 && grumbles.length >= 3);
          const task = agentTask({ id: 't', request: asks[0]!, path: `src/${names.name}.js`, text: stub });
          const answer = parseAnswer(`\`\`\`js\n${source}\`\`\``, task);
          assert.ok(answer.kind === 'attempt' && answer.attempt.files[0]!.text === source, JSON.stringify(answer));
        }
        assert.equal(results.size, readings.length, 'two readings are the same');
        for (const bug of bugs) {
          const run = runTrusted(bug, names.name, inputs);
          const values = run.kind === 'ran' ? run.calls.map((call) => ('value' in call ? call.value : 'thrown')) : [];
          for (const { source } of readings) {
            const right = runTrusted(source, names.name, inputs);
            assert.ok(right.kind === 'ran');
            assert.notDeepEqual(
              values,
              right.calls.map((call) => ('value' in call ? call.value : 'error')),
              bug,
            );
          }
        }
      }
    });
  }
});
