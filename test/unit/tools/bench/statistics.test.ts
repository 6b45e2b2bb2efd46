import assert from 'node:assert/strict';
import { comparisonFigure, type FigureSpec, limitFigure } from '../../../../tools/bench/figure.ts';
import { median, pairedAdvantage } from '../../../../tools/bench/statistics.ts';

const speed: FigureSpec = { name: 'speed', unit: 'tok/s', better: 'higher', bar: 1.2 };
const time: FigureSpec = { name: 'time', unit: 's', better: 'lower', bar: 1.5 };

describe('benchmark figures', () => {
  it('median: middle, mean of the middle two, and no change to its input', () => {
    const values = [9, 1, 5];
    assert.equal(median(values), 5);
    assert.deepEqual(values, [9, 1, 5]);
    assert.equal(median([10, 2, 9, 1]), 5.5);
    assert.ok(Number.isNaN(median([])));
  });

  it('the ratio is the median of the pairs’ ratios, not the ratio of the medians', () => {
    // The machine slowed down fourfold for the second pair: both sides of it did.
    const ours = [150, 30, 125];
    const theirs = [100, 20, 100];
    assert.equal(pairedAdvantage(ours, theirs, 'higher'), 1.5);
    assert.equal(pairedAdvantage(ours, theirs, 'lower'), 2 / 3);
    assert.equal(pairedAdvantage([2, 2, 7], [3], 'lower'), 1.5, 'what has no partner is left out');
  });

  it('above 1 is better in either direction, and the bar is included', () => {
    const faster = comparisonFigure(speed, 'peer', { ours: [120, 126], theirs: [100, 105] });
    assert.deepEqual([faster.ours, faster.theirs, faster.ratio, faster.pass], [123, 102.5, 1.2, true]);
    const slower = comparisonFigure(time, 'peer', { ours: [2], theirs: [2.9] });
    assert.deepEqual([slower.ratio, slower.pass], [1.45, false]);
    assert.equal(comparisonFigure({ ...time, bar: null }, 'peer', { ours: [2], theirs: [2.9] }).pass, null);
  });

  it('a ratio by processor time stands beside the one by the clock, lower being better', () => {
    const cpu = { ours: [2, 2], theirs: [3, 5] };
    assert.equal(comparisonFigure(speed, 'peer', { ours: [1, 1], theirs: [1, 1] }, { cpu }).cpuRatio, 2);
    assert.equal(comparisonFigure(speed, 'peer', { ours: [], theirs: [1] }, { cpu }).cpuRatio, undefined);
  });

  it('one side alone gives no ratio and no verdict', () => {
    const alone = comparisonFigure(speed, 'peer', { ours: [], theirs: [100] }, { note: 'ours: no model' });
    assert.deepEqual(
      [alone.ours, alone.theirs, alone.ratio, alone.pass, alone.note],
      [null, 100, null, null, 'ours: no model'],
    );
    assert.equal(limitFigure(time, 1, []).pass, null);
  });

  it('a limit is a peer that never changes', () => {
    const within = limitFigure(time, 1.8, [1.5, 1.6, 1.4]);
    assert.deepEqual([within.peer, within.theirs, within.ratio, within.bar, within.pass], ['limit', 1.8, 1.2, 1, true]);
    assert.equal(limitFigure(time, 1.8, [1.9]).pass, false);
  });
});
