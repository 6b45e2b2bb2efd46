import assert from 'node:assert/strict';
import { maxRollbacks, newSessionState } from '../../../../src/engine/adaptation/session-state.ts';
import { type UpdateInput, type UpdateResult, update } from '../../../../src/engine/adaptation/update.ts';
import { toyAdapter } from '../../../unit/engine/adaptation/toy-trainer.ts';
import { never, resetCalls, runUpdate, samplePair, type ToySetting, toySetting } from './toy-setting.ts';
import { wrap } from './wrapped-trainer.ts';

const looseAnchors = { klAnchors: 10 };

describe('a rolled-back update', () => {
  let toy: ToySetting;
  beforeEach(async () => {
    toy = await toySetting();
  });
  const run = (fields: Partial<UpdateInput>): Promise<UpdateResult> => runUpdate(toy, fields);

  const refusals = {
    'kl-anchors': { bounds: { klAnchors: 1e-12 } },
    entropy: { bounds: { entropyRange: [0, 0.1] } },
    'no-improvement': { bounds: { gain: 1e9 } },
    'weight-norm': { options: { weightCap: 1e-12 } },
    'kl-response': { options: { solver: 'gauss-newton', klCap: 1e-12 } },
    'zero-gradient': { mask: new Array<number>(12).fill(0) },
  } satisfies Record<string, Partial<UpdateInput>>;
  for (const [reason, fields] of Object.entries(refusals)) {
    it(`I2 ${reason}: the very same adapter, bit for bit`, async () => {
      // A used adapter, so that there is something to lose.
      const { adapter: train } = await run({ pair: samplePair(toy.trainer, 5) });
      const bytes = train.theta.slice();
      const { report, adapter } = await run({ train, ...fields });
      assert.deepEqual([report.accepted, report.reason, report.alpha, report.deltaNorm], [false, reason, 0, 0]);
      assert.equal(adapter, train);
      assert.deepEqual(Buffer.from(train.theta.buffer), Buffer.from(bytes.buffer));
      assert.equal(report.logProbAfter, report.logProbBefore);
    });
  }

  it('tries α = 1 and 6 halvings, and looks at the anchors only after the response', async () => {
    const { report } = await run({ bounds: { gain: 1e9 } });
    assert.equal(report.halvings, 6);
    assert.equal(toy.trainer.calls.evaluate, 1 + 7);
  });

  it('spends no model run on weights that are too large', async () => {
    const { report } = await run({ bounds: { weightChange: 1e-12 }, options: { solver: 'gauss-newton' } });
    assert.deepEqual([report.reason, report.halvings, toy.trainer.calls.evaluate], ['weight-norm', 6, 0]);
  });

  it('skips halvings whose KL would be far above the cap', async () => {
    const { report } = await run({ options: { solver: 'gauss-newton', klCap: 2e-6 }, bounds: looseAnchors });
    assert.ok(report.accepted && report.halvings >= 2, `${report.halvings} halvings`);
    // α = 1, then at most one too far for every two skipped; never one evaluation per halving.
    assert.ok(toy.trainer.calls.evaluate - toy.anchors.anchors.length < 1 + report.halvings);
  });

  it('not-finite: of the gradient, of the curvature and of the candidate', async () => {
    const train = toyAdapter();
    const nan = (v: Float32Array) => v.fill(Number.NaN);
    const broken = {
      gradient: wrap(toy.trainer, { gradient: (r) => ({ ...r, gradient: nan(r.gradient) }) }),
      fisherProduct: wrap(toy.trainer, { fisherProduct: nan }),
      evaluate: wrap(toy.trainer, { evaluate: (r) => ({ ...r, logProb: nan(r.logProb) }) }),
      entropy: wrap(toy.trainer, { evaluate: (r) => ({ ...r, entropy: nan(r.entropy) }) }),
    };
    for (const trainer of Object.values(broken)) {
      const input = { pair: samplePair(toy.trainer, 1), reward: -1, adapters: [train], train } as const;
      const result = await update({ ...toy, trainer }, { ...input, options: { solver: 'gauss-newton' } }, never);
      assert.equal(result.report.reason, 'not-finite');
      assert.equal(result.adapter, train);
      const numbers = Object.values(result.report).filter((value) => typeof value === 'number');
      assert.ok(numbers.every(Number.isFinite));
    }
  });

  it('twice in a row ends the weight updates of the session; an accepted one in between does not', async () => {
    const session = newSessionState();
    const train = toyAdapter();
    const input = { pair: samplePair(toy.trainer, 1), reward: -1, adapters: [train], train } as const;
    const refused = { ...input, bounds: { gain: 1e9 } };
    const reasons: unknown[] = [];
    for (const each of [refused, input, refused, refused, input]) {
      resetCalls(toy.trainer);
      reasons.push((await update({ ...toy, session }, each, never)).report.reason);
    }
    assert.deepEqual(reasons, ['no-improvement', null, 'no-improvement', 'no-improvement', 'disabled']);
    assert.equal(toy.trainer.calls.gradient, 0);
    assert.deepEqual([session.disabled, session.rollbacksInARow], [true, maxRollbacks]);
  });
});
