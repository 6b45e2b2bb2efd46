import assert from 'node:assert/strict';
import { mulberry32 } from '../../../../../src/shared/random.ts';
import { Batches, bucketed, type EncodedExample, trainingBatch } from '../../../../../training/embedded/run/batches.ts';
import { lossCurve } from '../../../../../training/embedded/run/loss-curve.ts';
import { learningRate } from '../../../../../training/embedded/run/schedule.ts';

/** Endless examples of 5 to 44 tokens; the tokens tell one from another. */
function* source(seed: number): Generator<EncodedExample> {
  const random = mulberry32(seed);
  for (;;) {
    const length = 5 + Math.floor(random() * 40);
    yield { kind: 'solve', tokens: Array.from({ length }, () => Math.floor(random() * 1000)), prompt: 3 };
  }
}

const options = { seed: 1, window: 64, positions: 200 };

describe('batches of training examples', () => {
  it('are the same from a position on as without a stop', () => {
    const whole = new Batches(source, options);
    const taken = Array.from({ length: 40 }, () => whole.next());
    for (const stop of [1, 7, 13, 14, 15, 30]) {
      const before = new Batches(source, options);
      for (let i = 0; i < stop; i++) before.next();
      const after = new Batches(source, options, JSON.parse(JSON.stringify(before.position)));
      assert.deepEqual(
        Array.from({ length: 40 - stop }, () => after.next()),
        taken.slice(stop),
        `after ${stop}`,
      );
    }
  });

  it('keep the limit of the window they stopped in', () => {
    const whole = new Batches(source, options);
    whole.next(20);
    const after = new Batches(source, options, whole.position);
    assert.deepEqual(after.next(), whole.next());
    assert.ok(after.next().every(({ tokens }) => tokens.length <= 20));
  });

  it('differ between windows and seeds', () => {
    const first = new Batches(source, options).next();
    assert.notDeepEqual(new Batches(source, { ...options, seed: 2 }).next(), first);
    assert.notDeepEqual(new Batches(source, options, { window: 1, batch: 0, longest: 99 }).next(), first);
  });

  it('have every example once, little padding and no more positions than allowed', () => {
    const examples = [...source(5).take(300)];
    const batches = bucketed(examples, 400);
    assert.deepEqual(new Set(batches.flat()), new Set(examples));
    assert.equal(batches.flat().length, 300);
    let real = 0;
    let padded = 0;
    for (const batch of batches) {
      const longest = Math.max(...batch.map(({ tokens }) => tokens.length - 1));
      assert.ok(batch.length * longest <= 400);
      padded += batch.length * longest;
      real += batch.reduce((sum, { tokens }) => sum + tokens.length - 1, 0);
    }
    assert.ok(real / padded > 0.9, `${real} of ${padded}`);
  });

  it('take an example that is longer than a batch alone', () => {
    const [long, short] = [20, 5].map((n) => ({ kind: 'x', tokens: Array.from({ length: n }, () => 1), prompt: 1 }));
    assert.deepEqual(bucketed([long!, short!], 10), [[short], [long]]);
  });

  it('weigh the response and its end, and prompts as asked', () => {
    const examples = [
      { kind: 'x', tokens: [1, 2, 3, 4, 5], prompt: 3 },
      { kind: 'x', tokens: [6, 7, 8], prompt: 2 },
    ];
    const { batch, time, inputs, targets, weights } = trainingBatch(examples, 0.25);
    assert.deepEqual([batch, time], [2, 4]);
    assert.deepEqual([...inputs], [1, 2, 3, 4, 6, 7, 0, 0]);
    assert.deepEqual([...targets], [2, 3, 4, 5, 7, 8, 0, 0]);
    assert.deepEqual([...weights], [0.25, 0.25, 1, 1, 0.25, 1, 0, 0]);
  });
});

describe('the learning rate', () => {
  const schedule = { peak: 2, warmupSteps: 4, decayShare: 0.25 };

  it('rises, stays and falls to nothing', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 100].map((step) => learningRate(schedule, step, 0)),
      [0.5, 1, 1.5, 2, 2],
    );
    assert.deepEqual(
      [0.5, 0.75, 0.875, 1, 1.1].map((progress) => learningRate(schedule, 100, progress)),
      [2, 2, 1, 0, 0],
    );
  });

  it('falls once more from a lower rate when it is asked to', () => {
    const again = { share: 0.5, peak: 0.25 };
    assert.deepEqual(
      [0.25, 0.375, 0.4375, 0.5, 0.75, 1, 1.1].map((progress) => learningRate({ ...schedule, again }, 100, progress)),
      [2, 2, 1, 0.5, 0.25, 0, 0],
    );
  });
});

describe('the picture of the losses', () => {
  it('has a line for the training and one for every kind, within the frame', () => {
    const log = [
      { tokens: 1e6, loss: 4 },
      { tokens: 2e6, loss: 1.5, learningRate: 1 },
      { tokens: 2e6, validation: { solve: 1.2, '<i>': 1.4 } },
    ];
    const svg = lossCurve(log.map((entry) => JSON.stringify(entry)).join('\n'));
    assert.equal(svg.match(/<polyline/g)?.length, 3);
    assert.ok(svg.includes('solve 1.200') && !svg.includes('<i>'));
    for (const [, points] of svg.matchAll(/points="([^"]*)"/g)) {
      for (const point of points!.split(' ')) {
        const [x, y] = point.split(',').map(Number) as [number, number];
        assert.ok(x >= 60 && x <= 760 && y >= 0 && y <= 420, point);
      }
    }
    assert.ok(!/NaN|Infinity/.test(lossCurve('')));
  });
});
