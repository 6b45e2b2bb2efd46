import assert from 'node:assert/strict';
import { trainingProblem } from '../../../../../src/benchmarks/smallfix/draw.ts';
import { requestText } from '../../../../../src/benchmarks/smallfix/request.ts';
import { normalised } from '../../../../../src/benchmarks/smallfix/splits.ts';
import { mulberry32, pick } from '../../../../../src/shared/random.ts';
import { trainingRequest } from '../../../../../training/embedded/examples/requests.ts';
import { moreFamilies } from '../../../../../training/embedded/families/index.ts';

describe('requests in training words', () => {
  const random = mulberry32(21);
  const drawn = Array.from({ length: 900 }, () => {
    const problem = trainingProblem(random, moreFamilies);
    const reading = pick(random, problem.readings);
    return { problem, reading, text: trainingRequest(problem, random, { reading }) };
  });

  it('vary far more than the wordings that the families have, and say what is meant as it is', () => {
    let other = 0;
    for (const { problem, reading, text } of drawn) {
      if (!problem.asks.some((ask) => text.includes(ask))) other++;
      if (reading.says.length > 0)
        assert.ok(
          reading.says.some((said) => text.includes(said)),
          text,
        );
    }
    assert.ok(other > 150 && other < 600, `${other}`);
  });

  it('keep every number and every quoted string', () => {
    for (const { problem, text } of drawn) {
      const literals = (said: string) => said.match(/'[^']*'|"[^"]*"|(?<![\w])\d+/g) ?? [];
      const kept = new Set(literals(text));
      assert.ok(
        problem.asks.some((ask) => literals(ask).every((literal) => kept.has(literal))),
        text,
      );
    }
  });

  it('never come out as the wording that is held out', () => {
    for (const { problem, text } of drawn) {
      assert.ok(!normalised(text).includes(normalised(problem.asks.at(-1)!)), text);
    }
  });

  it('leave the requests of tasks alone', () => {
    const problem = trainingProblem(mulberry32(1));
    for (let draws = 0; draws < 50; draws++) {
      const text = requestText(problem, random);
      assert.ok(
        problem.asks.some((ask) => text.endsWith(ask)),
        text,
      );
    }
  });
});
