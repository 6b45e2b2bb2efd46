import assert from 'node:assert/strict';
import { anchorDivergence } from '../../../../src/engine/adaptation/anchors.ts';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { newSessionState } from '../../../../src/engine/adaptation/session-state.ts';
import { type UpdateInput, type UpdateResult, update } from '../../../../src/engine/adaptation/update.ts';
import { mean } from '../../../../src/engine/adaptation/vector.ts';
import { relativeWeightChange } from '../../../../src/engine/adaptation/weight-change.ts';
import { checkPair, checkUpdate } from '../../../../src/engine/runtime/request-checks.ts';
import type { Solver, UpdateRequest } from '../../../../src/policy/update.ts';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';
import { toyAdapter } from '../../../unit/engine/adaptation/toy-trainer.ts';
import { logProb, never, resetCalls, runUpdate, samplePair, type ToySetting, toySetting } from './toy-setting.ts';
import { abortingAt } from './wrapped-trainer.ts';

const solvers: readonly Solver[] = ['one-step', 'gauss-newton'];
/** Anchors that never refuse, for tests of something else. */
const looseAnchors = { klAnchors: 10 };

describe('update', () => {
  let toy: ToySetting;
  beforeEach(async () => {
    toy = await toySetting();
  });
  const run = (fields: Partial<UpdateInput>): Promise<UpdateResult> => runUpdate(toy, fields);

  for (const solver of solvers) {
    it(`I1 ${solver}: r = −1 lowers log π(y), r = +1 raises it`, async () => {
      const train = toyAdapter();
      const pair = samplePair(toy.trainer, 1);
      const before = await logProb(toy.trainer, pair, [train]);
      for (const reward of [-1, 1] as const) {
        const { report, adapter } = await run({ train, pair, reward, options: { solver } });
        const after = await logProb(toy.trainer, pair, [adapter]);
        assert.deepEqual([report.accepted, report.reason, adapter.updates], [true, null, 1]);
        assert.ok(reward * (after - before) > 0.05, `${before} → ${after}`);
        assert.ok(Math.abs(report.logProbBefore - before) < 1e-5 && Math.abs(report.logProbAfter - after) < 1e-5);
        assert.deepEqual([report.promptTokens, report.responseTokens], [3, 12]);
        assert.equal(report.alpha, 2 ** -report.halvings);
      }
    });

    it(`I2 ${solver}: every cap holds after an accepted update, measured independently`, async () => {
      const { trainer, anchors, norms } = toy;
      let adapter = toyAdapter();
      for (let turn = 0; turn < 4; turn++) {
        const pair = samplePair(trainer, 10 + turn);
        const before = await trainer.evaluate(pair, combine([adapter]), { distribution: true });
        const result = await run({ train: adapter, pair, options: { solver } });
        const { report } = result;
        assert.ok(report.accepted);
        const moved = result.adapter.theta.map((value, i) => value - adapter.theta[i]!);
        assert.ok(Math.abs(Math.hypot(...moved) / report.deltaNorm - 1) < 1e-3);
        adapter = result.adapter;

        const current = combine([adapter]);
        const after = await trainer.evaluate(pair, current, { distribution: true });
        const kl = mean(await trainer.divergence(before.distribution!, after.distribution!, pair.response.length));
        assert.ok(Math.abs(kl - report.klResponse) < 1e-6 && kl <= 0.02);
        const drift = await anchorDivergence(trainer, anchors, current, 1, never);
        assert.ok(Math.abs(drift - report.klAnchors) < 1e-6 && drift <= 0.02);
        const base = await trainer.evaluate(pair, undefined, { distribution: false });
        assert.ok(Math.abs(mean(after.entropy) - report.entropyAfter) < 1e-6);
        const ratio = mean(after.entropy) / mean(base.entropy);
        assert.ok(ratio >= 0.5 && ratio <= 2);
        const change = relativeWeightChange(current, norms);
        assert.ok(Math.abs(change - report.relativeWeightChange) < 1e-9 && change <= 0.01 && change > 0);
      }
    });

    it(`I4 ${solver}: twenty rejections in a row stay finite and within all bounds`, async () => {
      const { trainer, anchors, norms } = toy;
      let adapter = toyAdapter();
      let accepted = 0;
      for (let turn = 0; turn < 20; turn++) {
        const pair = samplePair(trainer, 100 + turn);
        const result = await run({ train: adapter, pair, options: { solver } });
        adapter = result.adapter;
        accepted += Number(result.report.accepted);
        assert.ok(Object.values(result.report).every((value) => typeof value !== 'number' || Number.isFinite(value)));
        const base = mean((await trainer.evaluate(pair, undefined, { distribution: false })).entropy);
        const entropy = mean((await trainer.evaluate(pair, combine([adapter]), { distribution: false })).entropy);
        assert.ok(entropy >= 0.5 * base && entropy <= 2 * base);
      }
      assert.ok(accepted >= 3, `${accepted} accepted`);
      assert.ok(adapter.theta.every(Number.isFinite));
      assert.ok((await anchorDivergence(trainer, anchors, combine([adapter]), 1, never)) <= 0.02);
      assert.ok(relativeWeightChange(combine([adapter]), norms) <= 0.01);
    });

    it(`I5 ${solver}: unrelated answers move at most 0.3 × as much as the rejected one`, async () => {
      const { trainer } = toy;
      const train = toyAdapter({ rank: 8 });
      const ratios: number[] = [];
      for (let trial = 0; trial < 6; trial++) {
        const pair = samplePair(trainer, 200 + trial);
        const { adapter, report } = await run({ train, pair, options: { solver }, bounds: looseAnchors });
        const rejected = Math.abs(report.logProbAfter - report.logProbBefore);
        let unrelated = 0;
        for (let i = 0; i < 8; i++) {
          const other = samplePair(trainer, 300 + i);
          const change = (await logProb(trainer, other, [adapter])) - (await logProb(trainer, other, []));
          unrelated += Math.abs(change) / 8;
        }
        ratios.push(unrelated / rejected);
      }
      assert.ok(mean(Float32Array.from(ratios)) <= 0.3, ratios.map((ratio) => ratio.toFixed(2)).join(' '));
    });

    it(`I6 ${solver}: the same seed gives the same bits`, async () => {
      const theta = async () => (await run({ train: toyAdapter({ seed: 3 }), options: { solver } })).adapter.theta;
      assert.deepEqual(await theta(), await theta());
    });

    it(`${solver}: cancelling at any model run changes nothing`, async () => {
      const train = toyAdapter();
      const bytes = train.theta.slice();
      const session = newSessionState();
      const pair = samplePair(toy.trainer, 1);
      for (let n = 1; ; n++) {
        const abort = new AbortController();
        const result = update(
          { ...toy, session, trainer: abortingAt(toy.trainer, n, abort) },
          { pair, reward: -1, adapters: [train], train, options: { solver } },
          abort.signal,
        );
        const outcome = await result.then(
          () => 'done',
          (error: unknown) => (isCancelled(error) ? 'cancelled' : Promise.reject(error)),
        );
        assert.deepEqual(train.theta, bytes);
        if (outcome === 'done') {
          assert.ok(n > 8, `done with the signal at run ${n}`);
          break;
        }
        assert.deepEqual(session, newSessionState());
      }
    });
  }

  it('one-step costs 1 gradient, 1 probe, 1 evaluation and the anchors; the base is evaluated only from the second on', async () => {
    const first = await run({ bounds: looseAnchors });
    const anchors = toy.anchors.anchors.length;
    assert.equal(first.report.alpha, 1);
    const { gradient, evaluate, base, fisher } = toy.trainer.calls;
    assert.deepEqual([gradient, evaluate, base, fisher], [1, 2 + anchors, 0, 0]);
    // The probe aims at 0.8 of the cap.
    assert.ok(first.report.klResponse > 0.6 * 0.02 && first.report.klResponse <= 0.02, `${first.report.klResponse}`);

    resetCalls(toy.trainer);
    const second = await run({ train: first.adapter, pair: samplePair(toy.trainer, 2), bounds: looseAnchors });
    assert.equal(second.report.alpha, 1);
    assert.deepEqual([toy.trainer.calls.evaluate, toy.trainer.calls.base], [3 + anchors, 1]);
  });

  it('Gauss–Newton costs one Fisher product per iteration and no probe', async () => {
    const { report } = await run({ options: { solver: 'gauss-newton' }, bounds: looseAnchors });
    const { gradient, fisher, evaluate } = toy.trainer.calls;
    assert.ok(report.accepted && report.cgIterations >= 2 && report.cgIterations <= 10);
    assert.deepEqual([gradient, fisher], [1, report.cgIterations]);
    assert.ok(report.lambda > 0 && (report.cgResidual <= 1e-2 || report.cgIterations === 10));
    assert.ok(evaluate <= 1 + report.halvings + toy.anchors.anchors.length);
  });

  it('Gauss–Newton solves (F + λI)Δθ = g', async () => {
    const train = toyAdapter();
    const pair = samplePair(toy.trainer, 1);
    const exact = { maxIterations: 60, tolerance: 1e-6 };
    const options = { solver: 'gauss-newton', klCap: 10 } as const;
    const open = { klAnchors: 10, weightChange: 10, entropyRange: [0, 100] } as const;
    const result = await run({ train, pair, options, gaussNewton: exact, bounds: open });
    assert.equal(result.report.alpha, 1);
    const delta = result.adapter.theta.map((value, i) => value - train.theta[i]!);
    // scale = 2 on B on the way in and on the way out.
    const own = (v: Float32Array) =>
      v.map((value, i) => (train.layout.slots.some((s) => s.matrix === 'B' && within(s, i)) ? 2 : 1) * value);
    const within = (s: { offset: number; rows: number; columns: number }, i: number) =>
      i >= s.offset && i < s.offset + s.rows * s.columns;
    const effective = combine([train]);
    const F = own(await toy.trainer.fisherProduct(pair, effective, own(delta)));
    const b = new Float32Array(pair.response.length).fill(-1);
    const g = own(
      (await toy.trainer.gradient(pair, effective, { b, centering: true }, { distribution: false })).gradient,
    );
    const error =
      Math.hypot(...g.map((value, i) => value - F[i]! - result.report.lambda * delta[i]!)) / Math.hypot(...g);
    assert.ok(error < 1e-3, `${error}`);
  });

  it('the accepted step of one-step is along the gradient', async () => {
    const train = toyAdapter();
    const pair = samplePair(toy.trainer, 1);
    const { adapter } = await run({ train, pair });
    const b = new Float32Array(pair.response.length).fill(-1);
    const { gradient } = await toy.trainer.gradient(
      pair,
      combine([train]),
      { b, centering: true },
      { distribution: false },
    );
    // At B = 0 the gradient of A is 0, and that of B is a multiple of the effective one.
    const delta = adapter.theta.map((value, i) => value - train.theta[i]!);
    const dot = delta.reduce((total, value, i) => total + value * gradient[i]!, 0);
    assert.ok(dot / (Math.hypot(...delta) * Math.hypot(...gradient)) > 1 - 1e-6);
  });

  it('moves only the trained adapter, under the effect of all', async () => {
    const { adapter: workspace } = await run({
      train: toyAdapter({ name: 'w', kind: 'workspace', rank: 3, seed: 8 }),
      pair: samplePair(toy.trainer, 40),
      reward: 1,
    });
    const session = toyAdapter();
    const pair = samplePair(toy.trainer, 1);
    const both = await logProb(toy.trainer, pair, [workspace, session]);
    const bytes = workspace.theta.slice();
    const { adapter, report } = await run({ adapters: [workspace, session], train: session, pair });
    assert.ok(report.accepted);
    assert.ok(Math.abs(report.logProbBefore - both) < 1e-5);
    assert.ok(Math.abs(report.logProbAfter - (await logProb(toy.trainer, pair, [workspace, adapter]))) < 1e-5);
    assert.deepEqual(workspace.theta, bytes);
    assert.equal(adapter.layout, session.layout);
  });

  it('I7 an accepted update voids the caches of that adapter, a refused one does not', async () => {
    const train = toyAdapter();
    const accepted = await run({ train });
    const refused = await run({ train, bounds: { gain: 1e9 } });
    assert.notEqual(combine([accepted.adapter]).version, combine([train]).version);
    assert.equal(combine([refused.adapter]).version, combine([train]).version);
  });

  it('learns only from tokens under the mask', async () => {
    const pair = samplePair(toy.trainer, 1);
    const mask = pair.response.map((_, i) => (i < 6 ? 1 : 0));
    const { adapter } = await run({ pair, mask });
    const { logProb: before } = await toy.trainer.evaluate(pair, undefined, { distribution: false });
    const { logProb: after } = await toy.trainer.evaluate(pair, combine([adapter]), { distribution: false });
    const change = Array.from(after, (value, i) => value - before[i]!);
    const total = (from: number, to: number) => change.slice(from, to).reduce((t, value) => t + value, 0);
    assert.ok(total(0, 6) < -0.1 && Math.abs(total(6, 12)) < 0.5 * Math.abs(total(0, 6)));
  });

  it('paper means Gauss–Newton, β = 1, no centring, whatever else is asked', async () => {
    const paper = await run({ options: { paper: true, solver: 'one-step', beta: 0.5, centering: true } });
    const literal = await run({ options: { solver: 'gauss-newton', beta: 1, centering: false } });
    assert.equal(paper.report.solver, 'gauss-newton');
    assert.deepEqual(paper.adapter.theta, literal.adapter.theta);
    const ours = await run({ options: { solver: 'gauss-newton' } });
    assert.notDeepEqual(paper.adapter.theta, ours.adapter.theta);
  });

  it('a smaller β asks Gauss–Newton for a larger step', async () => {
    const open = { klAnchors: 10, weightChange: 10, entropyRange: [0, 100] } as const;
    const length = async (beta: number) =>
      (await run({ options: { solver: 'gauss-newton', beta, klCap: 10 }, bounds: open })).report.deltaNorm;
    assert.ok((await length(0.5)) > 1.3 * (await length(1)));
  });

  it('gives the workspace adapter the smaller cap', async () => {
    const { report } = await run({ train: toyAdapter({ kind: 'workspace' }), reward: 1, bounds: looseAnchors });
    assert.ok(report.accepted && report.klResponse <= 0.005 && report.klResponse > 0.002);
  });

  it('U7 refuses A = B = 0, and inputs that make no sense', async () => {
    const { layout } = toyAdapter();
    const saddle = toyAdapter({ theta: new Float32Array(layout.size) });
    await assert.rejects(run({ train: saddle }), { code: 'adaptation.saddle' });
    await assert.rejects(run({ options: { beta: 0 } }), /beta/);
    await assert.rejects(run({ options: { klCap: -1 } }), /klCap/);
    await assert.rejects(run({ options: { weightCap: 0 } }), /weightCap/);
    await assert.rejects(run({ mask: [1] }), /mask/);
    await assert.rejects(run({ pair: { prompt: [1], response: [] } }), /no tokens/);
    await assert.rejects(run({ adapters: [] }), /not among/);
    assert.equal(toy.trainer.calls.gradient, 0);
  });

  it('I8 an undefined reward and an empty response are refused before anything runs', () => {
    const request = { adapter: { train: 'session' }, promptTokens: [1], responseTokens: [2] } as const;
    for (const reward of [undefined, null, 0, '1', Number.NaN]) {
      assert.throws(() => checkUpdate({ ...request, reward } as unknown as UpdateRequest), {
        code: 'model.bad-reward',
      });
    }
    for (const reward of [1, -1] as const) assert.doesNotThrow(() => checkUpdate({ ...request, reward }));
    const limits = { vocabSize: 8, contextLength: 8 };
    assert.throws(() => checkPair({ prompt: [1], response: [] }, limits), { code: 'model.empty-completion' });
  });
});
