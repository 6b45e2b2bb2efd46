import assert from 'node:assert/strict';
import { anchorDivergence, anchorPrompts, prepareAnchors } from '../../../../src/engine/adaptation/anchors.ts';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { promptTooLong } from '../../../../src/engine/generation/errors.ts';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';
import { ToyTrainer, toyAdapter, toyVocab } from './toy-trainer.ts';

const never = new AbortController().signal;
const encode = (text: string) => [...text].map((c) => c.charCodeAt(0) % toyVocab);

describe('anchors', () => {
  const trainer = new ToyTrainer();
  const generate = async (prompt: readonly number[], count: number) =>
    Array.from({ length: count }, (_, i) => (prompt.at(-1)! + i) % toyVocab);
  const dependencies = { trainer, vocabSize: toyVocab, encode, generate };
  const theta = toyAdapter().theta.map((value, i) => value + 0.2 * Math.sin(i));
  const moved = combine([toyAdapter({ theta })]);

  it('are 4 to 8 prompts, each with at most 12 tokens of the base model', async () => {
    assert.ok(anchorPrompts.length >= 4 && anchorPrompts.length <= 8);
    const set = await prepareAnchors(dependencies, never);
    assert.deepEqual([set.anchors.length, set.tokens], [anchorPrompts.length, 12 * anchorPrompts.length]);
    for (const { pair, base } of set.anchors) {
      assert.deepEqual(pair.response, await generate(pair.prompt, 12));
      const { distribution } = await trainer.evaluate(pair, undefined, { distribution: true });
      assert.deepEqual(base, distribution);
    }
  });

  it('take less text when the vocabulary is large', async () => {
    const bytesPerRow = 4 * toyVocab;
    const cacheBytes = 3 * anchorPrompts.length * bytesPerRow;
    const set = await prepareAnchors({ ...dependencies, cacheBytes }, never);
    assert.equal(set.tokens, 3 * anchorPrompts.length);
    const least = await prepareAnchors({ ...dependencies, cacheBytes: 1 }, never);
    assert.equal(least.tokens, anchorPrompts.length);
  });

  it('fall back to the prompt where the base has nothing to add', async () => {
    const set = await prepareAnchors(
      { ...dependencies, generate: async () => [], prompts: ['abcdef', 'x', ''] },
      never,
    );
    assert.deepEqual(
      set.anchors.map(({ pair }) => [...pair.prompt, ...pair.response]),
      [encode('abcdef')],
    );
    assert.equal(set.tokens, 5);
  });

  it('are shortened to a small context, and left out where there is room for none', async () => {
    const within = (context: number) => async (prompt: readonly number[], count: number) => {
      if (prompt.length >= context) throw promptTooLong(prompt.length, context);
      return generate(prompt, Math.min(count, context - prompt.length));
    };
    for (const [context, first] of [
      [16, 8],
      [64, 62],
      [6, 3],
      [2, 1],
    ] as const) {
      const set = await prepareAnchors({ ...dependencies, generate: within(context) }, never);
      assert.equal(set.anchors.length, anchorPrompts.length);
      assert.equal(set.anchors[0]?.pair.prompt.length, first, `context ${context}`);
      for (const { pair } of set.anchors) assert.ok(pair.prompt.length + pair.response.length <= context);
      const [{ pair } = assert.fail()] = set.anchors;
      assert.deepEqual(pair.prompt, encode(anchorPrompts[0]!).slice(0, pair.prompt.length));
    }
    const none = await prepareAnchors({ ...dependencies, generate: within(1) }, never);
    assert.deepEqual(none, { anchors: [], tokens: 0 });
    const failing = async () => assert.fail('another error');
    await assert.rejects(prepareAnchors({ ...dependencies, generate: failing }, never), /another error/);
  });

  it('measure the mean KL(base ‖ current) per token, 0 without effect', async () => {
    const set = await prepareAnchors(dependencies, never);
    assert.equal(await anchorDivergence(trainer, set, combine([toyAdapter()]), 1, never), 0);
    let total = 0;
    for (const { pair } of set.anchors) {
      const base = (await trainer.evaluate(pair, undefined, { distribution: true })).distribution!;
      const current = (await trainer.evaluate(pair, moved, { distribution: true })).distribution!;
      base.forEach((log, i) => {
        total += Math.exp(log) * (log - current[i]!);
      });
    }
    const actual = await anchorDivergence(trainer, set, moved, 10, never);
    assert.ok(actual > 0.01 && Math.abs(actual / (total / set.tokens) - 1) < 1e-5);
  });

  it('stop as soon as the cap is certainly exceeded', async () => {
    const set = await prepareAnchors(dependencies, never);
    const exact = await anchorDivergence(trainer, set, moved, 10, never);
    const before = trainer.calls.evaluate;
    const bound = await anchorDivergence(trainer, set, moved, exact / 100, never);
    assert.equal(trainer.calls.evaluate - before, 1);
    assert.ok(bound > exact / 100 && bound <= exact);
  });

  it('can be cancelled while they are prepared', async () => {
    const abort = new AbortController();
    const cancelling = async (prompt: readonly number[], count: number) => {
      abort.abort();
      return generate(prompt, count);
    };
    await assert.rejects(prepareAnchors({ ...dependencies, generate: cancelling }, abort.signal), isCancelled);
  });
});
