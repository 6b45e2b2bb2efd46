import assert from 'node:assert/strict';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { consolidate, maxRehearsed } from '../../../../src/engine/adaptation/consolidation.ts';
import type { TokenPair, Trainer } from '../../../../src/engine/adaptation/trainer.ts';
import { sum } from '../../../../src/engine/adaptation/vector.ts';
import { toyAdapter } from '../../../unit/engine/adaptation/toy-trainer.ts';
import { logProb, never, resetCalls, samplePair, type ToySetting, toySetting } from './toy-setting.ts';

describe('consolidate', () => {
  let toy: ToySetting;
  beforeEach(async () => {
    toy = await toySetting();
  });
  const workspace = toyAdapter({ name: 'w', kind: 'workspace', seed: 2 });

  it('raises an accepted answer within the smaller cap', async () => {
    const accepted = samplePair(toy.trainer, 1);
    const { report, adapter } = await consolidate(toy, { adapter: workspace, accepted, earlier: [] }, never);
    assert.ok(report.accepted && report.klResponse <= 0.005);
    assert.ok((await logProb(toy.trainer, accepted, [adapter])) > (await logProb(toy.trainer, accepted, [])) + 0.05);
    assert.deepEqual([adapter.updates, adapter.kind], [1, 'workspace']);
  });

  it('a sequence of accepted answers never costs an earlier one more than 2 %', async () => {
    let adapter = workspace;
    const earlier: TokenPair[] = [];
    let kept = 0;
    for (let turn = 0; turn < 8; turn++) {
      const accepted = samplePair(toy.trainer, 50 + turn);
      const before = await Promise.all(earlier.map((pair) => logProb(toy.trainer, pair, [adapter])));
      const result = await consolidate(toy, { adapter, accepted, earlier }, never);
      adapter = result.adapter;
      kept += Number(result.report.accepted);
      for (const [i, pair] of earlier.entries()) {
        const after = await logProb(toy.trainer, pair, [adapter]);
        assert.ok(after >= before[i]! - 0.02 * Math.abs(before[i]!) - 1e-9);
      }
      earlier.push(accepted);
    }
    assert.ok(kept >= 2, `${kept} kept`);
  });

  it('refuses what costs an earlier answer more than 2 %', async () => {
    const accepted = samplePair(toy.trainer, 1);
    const victim = samplePair(toy.trainer, 2);
    for (const [loss, isKept] of [
      [0.019, true],
      [0.021, false],
    ] as const) {
      const before = await logProb(toy.trainer, victim, [workspace]);
      const trainer = losing(toy.trainer, victim, before, loss);
      const dependencies = { ...toy, trainer };
      const result = await consolidate(dependencies, { adapter: workspace, accepted, earlier: [victim] }, never);
      assert.equal(result.report.accepted, isKept);
      if (isKept) continue;
      assert.equal(result.report.reason, 'kl-anchors');
      assert.equal(result.adapter, workspace);
    }
  });

  it('rehearses only the newest 16, and evaluates them before at most once', async () => {
    const earlier = Array.from({ length: 20 }, (_, i) => samplePair(toy.trainer, 500 + i, 4));
    const accepted = samplePair(toy.trainer, 1);
    resetCalls(toy.trainer);
    const seen = new Set<TokenPair>();
    const trainer: Trainer = {
      evaluate: (pair, adapter, options) => {
        seen.add(pair);
        return toy.trainer.evaluate(pair, adapter, options);
      },
      gradient: (...args) => toy.trainer.gradient(...args),
      fisherProduct: (...args) => toy.trainer.fisherProduct(...args),
    };
    const { report } = await consolidate({ ...toy, trainer }, { adapter: workspace, accepted, earlier }, never);
    assert.ok(report.accepted);
    assert.deepEqual(
      earlier.map((pair) => seen.has(pair)),
      earlier.map((_, i) => i >= 20 - maxRehearsed),
    );
  });
});

/** The toy, except that every adapter but the first one seen makes `victim` less likely by a share of |log π|. */
function losing(trainer: ToySetting['trainer'], victim: TokenPair, before: number, share: number): Trainer {
  const start = combine([toyAdapter({ name: 'w', kind: 'workspace', seed: 2 })]).theta;
  return {
    evaluate: async (pair, adapter, options) => {
      const evaluation = await trainer.evaluate(pair, adapter, options);
      const isStart = adapter?.theta.every((value, i) => value === start[i]) ?? true;
      if (pair !== victim || isStart) return evaluation;
      const shift = before * (1 + share) - sum(evaluation.logProb);
      const logProbs = evaluation.logProb.map((value) => value + shift / pair.response.length);
      return { ...evaluation, logProb: logProbs };
    },
    gradient: (...args) => trainer.gradient(...args),
    fisherProduct: (...args) => trainer.fisherProduct(...args),
  };
}
