import assert from 'node:assert/strict';
import { trainingProblem } from '../../../../../src/benchmarks/smallfix/draw.ts';
import type { Problem } from '../../../../../src/benchmarks/smallfix/problem.ts';
import { mulberry32, pick, type Random } from '../../../../../src/shared/random.ts';
import { mix } from '../../../../../training/embedded/examples/mix.ts';
import { type PlayedTurn, played, untried } from '../../../../../training/embedded/examples/played.ts';

describe('sessions as training plays them', () => {
  const random = mulberry32(11);
  const problems = Array.from({ length: 120 }, () => trainingProblem(random));
  const several = problems.filter(({ readings }) => readings.length > 1);

  function sessions(
    from: readonly Problem[],
    settled: boolean,
    check: (turns: readonly PlayedTurn[], problem: Problem, meant: Problem['readings'][number], random: Random) => void,
  ): void {
    assert.ok(from.length > 30);
    for (const problem of [...from, ...from, ...from]) {
      const meant = pick(random, problem.readings);
      const { fault: faults, comment: comments } = mix.critique;
      const turns = played(problem, random, { turns: 4, meant, text: problem.stub, faults, comments, settled });
      assert.equal(turns.length, 4);
      check(turns, problem, meant, random);
    }
  }

  it('have no attempt that is right', () => {
    sessions(problems, false, (turns, _, meant) => {
      for (const { wrong } of turns) assert.ok(wrong.fault !== meant && wrong.source !== meant.source);
    });
  });

  it('ask for what was said, and otherwise for nothing that has failed', () => {
    const guesses = new Map<boolean, number>();
    sessions(several, false, (turns, _, meant) => {
      for (const count of [1, 4]) {
        const known = turns.slice(0, count);
        const { told, asked } = known.at(-1)!;
        // All but the last critic are mistaken now and then.
        if (count === 4 && told) assert.equal(asked, meant);
        if (count === 4 && asked !== undefined) assert.ok(known.every(({ wrong }) => wrong.fault !== asked));
        if (!told && asked !== undefined) guesses.set(asked === meant, (guesses.get(asked === meant) ?? 0) + 1);
      }
    });
    // Guesses are guesses.
    assert.ok(guesses.get(true)! > 20 && guesses.get(false)! > 5, JSON.stringify([...guesses]));
  });

  it('stay with what was asked for until it has been tried, in other words each time', () => {
    let again = 0;
    sessions(several, false, (turns) => {
      const [, , before, last] = turns;
      const tried = turns.map(({ wrong }) => wrong.fault);
      if (last!.told || before!.asked === undefined || tried.includes(before!.asked)) return;
      again++;
      assert.equal(last!.asked, before!.asked);
      assert.equal(last!.sentence, before!.sentence + 1);
    });
    assert.ok(again > 20, `${again}`);
  });

  it('always know what is meant where request or evidence say it', () => {
    sessions(several, true, (turns, _, meant) => {
      assert.equal(turns.at(-1)!.asked, meant);
      assert.ok(turns.every(({ told }) => told));
    });
  });

  it('leave something that was not tried', () => {
    sessions(several, false, (turns, problem, _, random) => {
      const left = untried(problem, turns, random);
      assert.ok(turns.every(({ wrong }) => wrong.fault !== left));
    });
  });
});
