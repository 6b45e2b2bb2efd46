import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../../../src/benchmarks/benchmark.ts';
import { replay } from '../../../src/benchmarks/replay.ts';
import { ResultStore } from '../../../src/benchmarks/store.ts';
import type { LocalModel } from '../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import type { Message } from '../../../src/policy/prompt.ts';
import { block } from '../../support/loop.ts';
import { RulePolicy, scriptedBenchmark, scriptedOptions } from '../../support/replay.ts';
import { type Lesson, trainTinyCoder } from '../../support/tiny-coder.ts';

const never = new AbortController().signal;
const answers = [block('export const a = 7;'), block('export const a = 42;')];
const benchmark: Benchmark = { ...scriptedBenchmark(2), comment: () => 'No.', maxAnswerTokens: 40 };
const options = {
  ...scriptedOptions,
  arms: ['baseline', 'rosa', 'resample'],
  seeds: 4,
  maxTurns: 3,
  temperature: 1,
  update: { solver: 'gauss-newton' },
} as const;

/** What a model is asked in these runs when it gives the wrong answer every time. */
async function lessons(directory: string): Promise<readonly Lesson[]> {
  const asked = new Map<string, readonly Message[]>();
  const policy = new RulePolicy();
  const generate = policy.generate.bind(policy);
  policy.generate = async function* (request, signal) {
    if ('messages' in request.prompt) asked.set(JSON.stringify(request.prompt), request.prompt.messages);
    return { ...(yield* generate(request, signal)), text: answers[0]! };
  };
  await replay(benchmark, { ...options, arms: ['baseline'], seeds: 1, directory }, { policies: [policy] }, never);
  return [...asked.values()].map((messages) => ({ messages, answers }));
}

describe('a run with a real model', () => {
  let scratch: string;
  let model: LocalModel;
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-replay-model-'));
    const learnt = await lessons(join(scratch, 'lessons'));
    assert.equal(learnt.length, 6, 'three turns of each of two tasks');
    const directory = join(scratch, 'model');
    await trainTinyCoder(directory, learnt);
    const cacheDirectory = join(scratch, 'cache');
    model = await openModel({ directory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory }, {}, never);
  });
  after(async () => {
    await model?.dispose();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  });

  it('updates real weights, shares real first turns, leaves no adapter, and is the same again', async () => {
    const run = (name: string) =>
      replay(benchmark, { ...options, directory: join(scratch, name) }, { policies: [model] }, never);
    const metrics = await run('one');
    const { baseline, rosa, resample } = metrics.methods;
    assert.equal(metrics.firstTurns.done, 8);
    assert.ok(baseline && rosa && resample);
    assert.ok(rosa.turn1 > 0 && rosa.turn1 < 1, `turn 1: ${rosa.turn1}`);
    assert.equal(baseline.turn1, rosa.turn1);
    assert.ok(rosa.solved > rosa.turn1);
    const { updates } = rosa;
    assert.ok(updates && updates.computed > 0 && updates.rollbackShare < 1, JSON.stringify(updates));
    assert.ok(updates.deltaNorm! > 0 && updates.klResponse! > 0 && updates.klResponse! <= 0.02);
    assert.ok(updates.logProbChange! < 0, 'a rejected answer became less likely');
    assert.equal(baseline.updates, null);
    assert.deepEqual(await model.adapters.list(), []);

    await replay(
      benchmark,
      { ...options, directory: join(scratch, 'batched') },
      { policies: [model], batch: 4 },
      never,
    );
    const batched = await ResultStore.read(join(scratch, 'batched'));
    await run('two');
    const [one, two] = await Promise.all(['one', 'two'].map((name) => ResultStore.read(join(scratch, name))));
    assert.ok(one!.results.taskRuns.size > 0);
    for (const [key, run] of one!.results.taskRuns) {
      const together = batched.results.taskRuns.get(key)!;
      assert.deepEqual(
        together.turns.map(({ text, weights }) => ({ text, weights })),
        run.turns.map(({ text, weights }) => ({ text, weights })),
        `${key}: together`,
      );
      const again = two!.results.taskRuns.get(key)!;
      assert.deepEqual(
        again.turns.map(({ text, weights }) => [text, weights?.deltaNorm]),
        run.turns.map(({ text, weights }) => [text, weights?.deltaNorm]),
        key,
      );
    }
  });
});
