import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type EffectiveAdapter, loraLayout } from '../../../../src/engine/graph/lora.ts';
import { OnnxDecoder } from '../../../../src/engine/runtime/onnx-decoder.ts';
import { OnnxTrainer } from '../../../../src/engine/runtime/onnx-trainer.ts';
import { FixtureCache, type PreparedFixture } from '../../../support/oracle.ts';

/** Sessions that cannot be made, because the directory that their graph is to be written to is gone. */
describe('sessions that cannot be made', () => {
  const cache = new FixtureCache();
  let whole: PreparedFixture;
  let broken: PreparedFixture;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  before(async () => {
    whole = await cache.prepare('qwen2-train');
    const directory = join(whole.weights.directory, 'gone');
    broken = { ...whole, weights: { ...whole.weights, directory } };
  });
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });
  afterEach(() => process.off('unhandledRejection', note));
  after(() => cache.dispose());

  const settled = async () => {
    // Unhandled rejections are reported at the end of a turn.
    await setImmediate();
    await setImmediate();
    assert.deepEqual(unhandled, []);
  };
  const adapterOf = (rank: number): EffectiveAdapter => {
    const layout = loraLayout(whole.config, rank);
    return { layout, theta: new Float32Array(layout.size), version: rank };
  };

  it('fail for the caller of the decoder alone, when they make way for others and when all are released', async () => {
    const options = { provider: 'cpu', threads: 1, maxPositions: 32, prefillChunk: 8 } as const;
    const decoder = new OnnxDecoder(broken.config, broken.weights, options);
    const asked = [decoder.session(2, 'rows'), decoder.session(4, 'rows'), decoder.session(0, 'rows')];
    const released = decoder.release();
    for (const result of await Promise.allSettled(asked)) assert.equal(result.status, 'rejected');
    await released;
    await assert.rejects(decoder.open([adapterOf(2)]), /ENOENT/);
    await decoder.release();
    await settled();
  });

  it('fail for the caller of the trainer alone, when they make way for others and when all are released', async () => {
    for (const lean of [false, true]) {
      const options = { provider: 'cpu', threads: 1, layerCheckpointing: false, lean } as const;
      const trainer = new OnnxTrainer(broken.config, broken.weights, options);
      const pair = { prompt: [1, 2], response: [3] };
      const asked = [
        trainer.evaluate(pair, adapterOf(2), { distribution: false }),
        trainer.gradient(pair, adapterOf(2), { b: Float32Array.of(-1), centering: false }, { distribution: false }),
        trainer.release(),
      ];
      const results = await Promise.allSettled(asked);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['rejected', 'rejected', 'fulfilled'],
      );
      await trainer.release();
      await settled();
    }
  });
});
