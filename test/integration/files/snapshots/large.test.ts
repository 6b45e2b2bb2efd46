import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openSnapshots } from '../../../../src/files/snapshots/open-snapshots.ts';
import type { Snapshots } from '../../../../src/files/snapshots/snapshots.ts';
import { assertWithin } from '../../../support/time.ts';
import { attempt, makePlace, type Place, repository } from './support.ts';

describe('snapshots in a repository of 50,000 files', () => {
  let place: Place;
  let home: string | undefined;
  before(() => {
    place = makePlace();
    home = process.env.HOME;
    process.env.HOME = place.at('home');
    repository(place, 'small', { 'd0/target.js': 'original\n' });
    const large = repository(place, 'large', { 'd0/target.js': 'original\n' });
    const blob = place.git(large, 'rev-parse', 'HEAD:d0/target.js').trim();
    const lines = Array.from({ length: 50_000 }, (_, i) => `100644 ${blob}\td${i % 20}/file${i}.js\n`).join('');
    execFileSync('git', ['-C', large, 'update-index', '--add', '--index-info'], { input: lines });
    execFileSync('git', ['-C', large, 'checkout-index', '-aqf']);
    place.git(large, 'commit', '-qm', 'many');
  });
  after(() => {
    process.env.HOME = home;
    place.remove();
  });

  it('take less than 100 ms longer than in one of a single file', async () => {
    const rounds = 7;
    const times: Record<'small' | 'large', number[]> = { small: [], large: [] };
    // In turn, so that whatever else the machine does slows both.
    for (let round = 0; round < rounds; round++) {
      for (const size of ['small', 'large'] as const) {
        const snapshots = await openSnapshots(place.at(size), place.at(`state-${size}`, `session-${round}`));
        times[size].push(await cycle(snapshots, place.at(size)));
      }
    }
    const [small, large] = [median(times.small), median(times.large)];
    assertWithin(large - small, 100, `more than ${small.toFixed(0)} ms`);
    assert.equal(place.git(place.at('large'), 'status', '--porcelain'), '');
  });
});

/** @returns how long a snapshot, its private ref and its undo take, ms */
async function cycle(snapshots: Snapshots, folder: string): Promise<number> {
  const started = performance.now();
  await attempt(snapshots, folder, 1, { 'd0/target.js': 'ours\n' });
  assert.deepEqual(await snapshots.settled(), []);
  const report = await snapshots.undo();
  const elapsed = performance.now() - started;
  assert.deepEqual(report.restored, ['d0/target.js']);
  return elapsed;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
