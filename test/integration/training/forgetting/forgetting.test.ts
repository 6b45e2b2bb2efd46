import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smallFixBenchmark } from '../../../../src/benchmarks/smallfix/benchmark.ts';
import { embeddedModel } from '../../../../src/cli/named-model.ts';
import { openModel } from '../../../../src/engine/runtime/open-model.ts';
import { forgetting } from '../../../../training/forgetting/forgetting.ts';
import { guarded, unguarded } from '../../../../training/forgetting/learners.ts';

const never = new AbortController().signal;
const directory = process.env.RETUNE_MODEL ?? embeddedModel();

describe('the embedded model after 50 accepted fixes in one family', () => {
  it('has forgotten nothing of the others with consolidation’s guards, and much without them', async function () {
    // A build without the model has nothing to forget.
    if (directory === undefined) this.skip();
    const scratch = await mkdtemp(join(tmpdir(), 'retune-forgetting-test-'));
    const benchmark = smallFixBenchmark();
    const cacheDirectory = join(scratch, 'cache');
    const model = await openModel(
      { directory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory },
      { adaptersDirectory: join(scratch, 'adapters') },
      never,
    );
    try {
      const { fixes, before, after } = await forgetting(
        benchmark,
        model,
        [guarded(model), await unguarded(model, cacheDirectory, scratch)],
        { family: 'count-sign', fixes: 50, others: 100, limit: 1500, split: 'train' },
        () => undefined,
        never,
      );
      const [withGuards, without] = after;
      assert.equal(fixes, 50);
      assert.ok(before.others >= 0.1, `solved before: ${before.others}`);
      assert.ok(withGuards!.learnt >= 10, `learnt with guards: ${withGuards!.learnt}`);
      assert.ok(withGuards!.change >= -0.01, `with guards: ${withGuards!.change}`);
      assert.ok(without!.changeHigh < -0.01, `without guards: ${without!.change}`);
    } finally {
      await model.dispose();
      await benchmark.dispose();
      await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
