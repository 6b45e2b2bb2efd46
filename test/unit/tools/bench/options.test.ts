import assert from 'node:assert/strict';
import { type BenchOptions, parseOptions } from '../../../../tools/bench/options.ts';

const parse = (...args: string[]) => parseOptions(args) as BenchOptions;

describe('benchmark options', () => {
  it('have defaults', () => {
    const { json, repetitions, quick, threads, only } = parse();
    assert.deepEqual(
      { json, repetitions, quick, threads },
      { json: false, repetitions: 5, quick: false, threads: [1, 2] },
    );
    assert.ok(only.test('anything'));
  });

  it('--quick means fewer repetitions unless --reps says otherwise', () => {
    assert.equal(parse('--quick').repetitions, 2);
    assert.equal(parse('--quick', '--reps', '7').repetitions, 7);
  });

  it('--only ignores case; --threads is a list', () => {
    assert.ok(parse('--only', 'DECODE.*8 bits').only.test('decode, 8 bits, context 256, 1 thread'));
    assert.deepEqual(parse('--threads', '1,4').threads, [1, 4]);
  });

  it('refuse nonsense', () => {
    for (const args of [['--reps', '0'], ['--threads', '1,x'], ['--unknown'], ['--only', '(']]) {
      assert.throws(() => parse(...args), args.join(' '));
    }
  });
});
