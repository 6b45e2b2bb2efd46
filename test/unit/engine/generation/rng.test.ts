import assert from 'node:assert/strict';
import { Rng } from '../../../../src/engine/generation/rng.ts';

describe('rng', () => {
  it('is xoshiro128**', () => {
    const rng = new Rng([1, 2, 3, 4]);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    assert.deepEqual(
      expected.map(() => rng.nextUint32()),
      expected,
    );
  });

  it('goes on from a state of plain numbers', () => {
    const rng = Rng.fromSeed(7);
    rng.next();
    const copy = new Rng(JSON.parse(JSON.stringify(rng.state)));
    for (let i = 0; i < 10; i++) assert.equal(copy.next(), rng.next());
  });

  it('starts differently for seeds that differ in any bit', () => {
    const seeds = [0, ...Array.from({ length: 53 }, (_, bit) => 2 ** bit)];
    assert.equal(new Set(seeds.map((seed) => Rng.fromSeed(seed).nextUint32())).size, seeds.length);
    for (const seed of seeds) assert.equal(Rng.fromSeed(seed).next(), Rng.fromSeed(seed).next());
  });

  it('has first numbers that are uniform over consecutive seeds', () => {
    const counts = new Float64Array(10);
    for (let seed = 0; seed < 10_000; seed++) counts[Math.floor(Rng.fromSeed(seed).next() * 10)]!++;
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    assert.ok(chi < 27.9, `χ² = ${chi}`);
  });

  it('is uniform in [0, 1)', () => {
    const rng = Rng.fromSeed(3);
    const counts = new Float64Array(100);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(rng.next() * 100)]!++;
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    assert.ok(chi < 148.2, `χ² = ${chi}`);
  });
});
