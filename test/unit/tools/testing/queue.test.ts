import assert from 'node:assert/strict';
import { longestFirst } from '../../../../tools/testing/longest-first.ts';
import { Queue } from '../../../../tools/testing/queue.ts';
import type { Work } from '../../../../tools/testing/suites.ts';

const files = (...names: readonly string[]): Work => ({ kind: 'files', files: names, environment: {} });
const nothing = { passed: 0, failed: 0, skipped: 0 };

describe('the jobs of all suites', () => {
  const named = async (queue: Queue) => {
    const job = await queue.next();
    return job?.kind === 'file' ? job.file : job?.kind;
  };

  it('come from the first suite that is ready, and are waited for until the last is', async () => {
    const late = Promise.withResolvers<Work>();
    const program = async () => nothing;
    const queue = new Queue(
      [
        { name: 'late', ready: late.promise },
        { name: 'early', ready: Promise.resolve(files('a', 'b', 'c')) },
        { name: 'program', ready: Promise.resolve({ kind: 'program', run: program }) },
      ],
      assert.fail,
    );
    assert.deepEqual([await named(queue), await named(queue)], ['a', 'b']);
    late.resolve(files('x'));
    await late.promise;
    assert.deepEqual([await named(queue), await named(queue), await named(queue)], ['x', 'c', 'program']);
    assert.equal(await named(queue), undefined);
  });

  it('are none where something is missing, which counts as a failure if it should not', async () => {
    const printed: string[] = [];
    const missing: Work = { kind: 'nothing', counted: { ...nothing, failed: 1, note: 'no GPU' } };
    const queue = new Queue(
      [
        { name: 'missing', ready: Promise.resolve(missing) },
        { name: 'broken', ready: Promise.reject(new Error('no network')) },
      ],
      (line) => printed.push(line),
    );
    assert.equal(await queue.next(), undefined);
    assert.deepEqual(
      queue.outcomes.map(({ name, failed, note }) => [name, failed, note]),
      [
        ['missing', 1, 'no GPU'],
        ['broken', 1, 'no network'],
      ],
    );
    assert.deepEqual(printed, ['  ✗ broken: no network']);
  });

  it('begin with the files that take longest', () => {
    const sorted = longestFirst([
      'test/integration/b.test.ts',
      'test/integration/a.test.ts',
      'test/webgpu/oracles.test.ts',
    ]);
    assert.deepEqual(
      sorted.map((file) => file.split('/').at(-1)),
      ['oracles.test.ts', 'a.test.ts', 'b.test.ts'],
    );
  });
});
