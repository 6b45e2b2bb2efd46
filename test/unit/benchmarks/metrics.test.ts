import assert from 'node:assert/strict';
import { metricsOf } from '../../../src/benchmarks/metrics.ts';
import type { WeightsResult } from '../../../src/benchmarks/results.ts';
import { firstTurn, resultsOf, runHeader, taskRunOf } from '../../support/replay-results.ts';

/**
 * Four task runs: one solved at once, and then rosa2 at turns 2 and 4 and never, rosa at turn 3 and never and failed.
 */
const updated = (deltaNorm: number, klResponse: number): WeightsResult => ({
  kind: 'updated',
  deltaNorm,
  klResponse,
  entropyBefore: 0.5,
  entropyAfter: 0.7,
  logProbBefore: -3,
  logProbAfter: -4,
});
const results = resultsOf(
  firstTurn('a', 1, 1),
  firstTurn('a', 2, -1),
  firstTurn('b', 1, -1),
  firstTurn('b', 2, null),
  taskRunOf('rosa2', 'a', 2, 2, true, (turn) => (turn === 1 ? { weights: updated(0.2, 0.01) } : {})),
  taskRunOf('rosa2', 'b', 1, 4, true, (turn) => (turn < 4 ? { weights: updated(0.1 * turn, 0.02) } : {})),
  taskRunOf('rosa2', 'b', 2, 5, false, (turn) => ({
    ...(turn < 3 && { weights: { kind: 'rolled-back', why: 'kl-anchors', deltaNorm: 9 } }),
    ...(turn === 3 && { weights: { kind: 'rolled-back', why: 'disabled', deltaNorm: 0 } }),
    words: {
      source: turn === 1 ? 'fallback' : 'model',
      instruction: 'i',
      refused: [],
      ...(turn === 1 && { leak: '250' }),
    },
  })),
  taskRunOf('rosa', 'a', 2, 3, true),
  taskRunOf('rosa', 'b', 1, 5, false),
  { kind: 'failed', arm: 'rosa', task: 'b', seed: 2, code: 'sidecar.crashed', message: 'gone' },
);
const metrics = metricsOf(runHeader, results, ['rosa', 'rosa2'], [1, 2]);
const { rosa, rosa2 } = metrics.methods;

const near = (actual: number | null | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`);

describe('metrics of a run', () => {
  it('count what was solved, by turn, with the shared first turn', () => {
    assert.equal(rosa2?.sessions, 4);
    assert.equal(rosa2.tasks, 2);
    near(rosa2.turn1, 1 / 4);
    near(rosa2.solved, 3 / 4);
    assert.deepEqual(rosa2.solvedBy, [0.25, 0.5, 0.5, 0.75, 0.75]);
  });
  it('count an unsolved run as the turn limit', () => near(rosa2?.avgTurns, (1 + 2 + 4 + 5) / 4));
  it('count one that ended before the limit as the limit too, and say so', () => {
    const early = { ...taskRunOf('rosa2', 'a', 1, 3, false), outcome: 'no-progress' as const };
    const { rosa2 } = metricsOf(runHeader, resultsOf(firstTurn('a', 1, -1), early), ['rosa2'], [1]).methods;
    assert.equal(rosa2?.avgTurns, 5);
    assert.equal(rosa2.endedEarly, 1);
  });
  it('tell both definitions of correction uplift', () => {
    near(rosa2?.corrected, 2 / 3);
    near(rosa2?.correctionGain, 0.5);
  });
  it('have no uplift to tell where nothing failed', () => {
    const all = metricsOf(runHeader, resultsOf(firstTurn('a', 1, 1)), ['rosa2'], [1]).methods.rosa2!;
    assert.equal(all.corrected, null);
    assert.equal(all.solved, 1);
  });
  it('leave out runs that failed, and say so', () => {
    assert.equal(rosa?.failed, 1);
    assert.equal(rosa.sessions, 3);
    near(rosa.solved, 2 / 3);
  });
  it('average over accepted updates', () => {
    const updates = rosa2!.updates!;
    assert.equal(updates.computed, 6);
    assert.equal(updates.rolledBack, 2);
    near(updates.rollbackShare, 1 / 3);
    assert.equal(updates.skipped, 1, 'an update after two roll-backs is not computed');
    near(updates.deltaNorm, (0.2 + 0.1 + 0.2 + 0.3) / 4);
    near(updates.klResponse, (0.01 + 3 * 0.02) / 4);
    near(updates.entropyAfter, 0.7);
    near(updates.logProbChange, -1);
    near(updates.deltaNormBy[0], 0.15);
    near(updates.deltaNormBy[2], 0.3);
    assert.equal(updates.deltaNormBy[3], null);
    assert.deepEqual(updates.updatesBy, [2, 1, 1, 0]);
    assert.equal(rosa!.updates, null);
  });
  it('count instructions, templates and leaks', () => {
    assert.deepEqual(rosa2?.words, { instructions: 5, fallback: 1, leaks: 1 });
    assert.equal(rosa?.words, null);
  });
  it('average seconds over turns, by what they were spent on', () => {
    assert.deepEqual(rosa2?.secondsPerTurn, { model: 1, tests: 0.1, words: 0, update: 0 });
  });
  it('compare on the pairs that both arms have', () => {
    const [difference] = metrics.differences;
    assert.equal(difference?.against, 'rosa');
    assert.equal(difference.pairs, 3);
    near(difference.solved, 1 / 3);
    near(difference.avgTurns, (0 - 1 - 1) / 3);
  });
  it('are of the seeds that were asked for', () => {
    const one = metricsOf(runHeader, results, ['rosa2'], [1]);
    assert.equal(one.methods.rosa2?.sessions, 2);
    assert.equal(one.firstTurns.planned, 2);
    assert.deepEqual(one.differences, []);
  });
});
