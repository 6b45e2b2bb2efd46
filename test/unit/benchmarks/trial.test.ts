import assert from 'node:assert/strict';
import { Trial } from '../../../src/benchmarks/trial.ts';
import { verdict } from '../../support/loop.ts';
import { scriptedBenchmark } from '../../support/replay.ts';

describe('a trial', () => {
  it('derives a seed and comments from task and seed, the same every time', () => {
    const benchmark = scriptedBenchmark(3);
    const [a, b] = benchmark.tasks({ split: 'heldout' });
    const trial = (task: typeof a, seed: number) => new Trial(benchmark, task!, seed);
    assert.equal(trial(a, 1).loopSeed, trial(a, 1).loopSeed);
    assert.notEqual(trial(a, 1).loopSeed, trial(a, 2).loopSeed);
    assert.notEqual(trial(a, 1).loopSeed, trial(b, 1).loopSeed);
    const comments = (seed: number) =>
      Array.from({ length: 12 }, (_, i) => trial(a, seed).comment(i + 1, verdict('tests-failed')));
    assert.deepEqual(comments(1), comments(1));
    assert.notDeepEqual(comments(1), comments(2));
    assert.ok(new Set(comments(1)).size > 1, 'turns have comments of their own');
  });
});
