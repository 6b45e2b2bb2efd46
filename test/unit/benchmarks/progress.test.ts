import assert from 'node:assert/strict';
import { durationText, ProgressMeter, progressText } from '../../../src/benchmarks/progress.ts';

describe('progress of a run', () => {
  it('tells the rest from the pace of this run', () => {
    let now = 0;
    const meter = new ProgressMeter('task-runs', 10, () => now);
    assert.equal(meter.progress().secondsLeft, undefined);
    now = 60_000;
    meter.ended(false);
    now = 120_000;
    const progress = meter.ended(true);
    assert.deepEqual(progress, { stage: 'task-runs', done: 2, total: 10, failed: 1, secondsLeft: 480 });
    assert.equal(progressText(progress), '2 of 10 task runs, 1 failed, about 8 min left');
  });
  it('speaks of first attempts and of nothing left', () => {
    assert.equal(
      progressText({ stage: 'first-turns', done: 3, total: 3, failed: 0, secondsLeft: 0 }),
      '3 of 3 first attempts',
    );
  });
  it('rounds as people do', () => {
    assert.deepEqual([0.2, 45, 100, 5000, 5400, 9000].map(durationText), [
      '1 s',
      '45 s',
      '2 min',
      '83 min',
      '1 h 30 min',
      '2 h 30 min',
    ]);
  });
});
