import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { logProbability } from '../../../../src/engine/generation/log-softmax.ts';
import { Rng } from '../../../../src/engine/generation/rng.ts';
import { Sampler, SamplingBuffers } from '../../../../src/engine/generation/sampler.ts';
import type { ResolvedSampling } from '../../../../src/engine/generation/sampling-options.ts';
import { off, ReferenceSampler, randomLogits, referenceDistribution } from './reference-sampling.ts';

interface GoldenCase {
  readonly options: Partial<ResolvedSampling>;
  readonly logits: readonly number[];
  readonly context: readonly number[];
  readonly probabilities: readonly number[];
}

const variants: readonly (readonly [string, Partial<ResolvedSampling>])[] = [
  ['nothing but temperature', { temperature: 0.7 }],
  ['top-p', { temperature: 0.7, topP: 0.95 }],
  ['a small top-p', { topP: 0.1 }],
  ['top-k', { topK: 7 }],
  ['top-k 1', { topK: 1 }],
  ['top-k above V', { topK: 1e6 }],
  ['a large top-k', { topK: 1500, temperature: 3 }],
  ['min-p', { minP: 0.05, temperature: 1.5 }],
  ['a tiny min-p', { minP: 1e-15 }],
  ['repetition penalty', { repetitionPenalty: 1.2 }],
  ['repetition penalty below 1', { repetitionPenalty: 0.7, topK: 40 }],
  ['top-k and top-p', { temperature: 0.7, topK: 20, topP: 0.8, repetitionPenalty: 1.1 }],
  ['top-p and min-p', { topP: 0.9, minP: 0.02 }],
  ['all of them', { temperature: 1.4, topK: 100, topP: 0.7, minP: 0.01, repetitionPenalty: 1.3 }],
  ['a high temperature', { temperature: 50, topP: 0.5 }],
  ['a low temperature', { temperature: 0.02, topP: 0.9 }],
  ['depths beyond 32 bits', { temperature: 1e-7, topK: 3 }],
  ['the lowest temperatures', { temperature: 1e-300 }],
];

function nextOf(options: Partial<ResolvedSampling>, logits: Float32Array, context: readonly number[] = []): number {
  return new Sampler({ ...off, ...options }, logits.length, context, new SamplingBuffers(logits.length)).next(logits);
}

describe('sampler', () => {
  it("has a reference that agrees with transformers' logits processors", () => {
    // Made by tools/oracles/make-warpers-golden.py.
    const file = new URL('./warpers-golden.json', import.meta.url);
    const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly GoldenCase[];
    assert.equal(cases.length, 14);
    for (const { options, logits, context, probabilities } of cases) {
      const ours = new Float64Array(logits.length);
      for (const { id, p } of referenceDistribution(Float32Array.from(logits), { ...off, ...options }, context)) {
        ours[id] = p;
      }
      for (const [id, p] of probabilities.entries()) {
        assert.ok(Math.abs(ours[id]! - p) < 2e-6, `${JSON.stringify(options)}: token ${id} has ${ours[id]}, not ${p}`);
      }
    }
  });

  for (const [name, options] of variants) {
    it(`chooses the reference's tokens: ${name}`, () => {
      const rng = Rng.fromSeed(name.length);
      for (const [size, deviation, grid] of [
        [2001, 3, 0],
        [2001, 0.3, 0],
        [2000, 8, 0],
        [2002, 2, 0.25],
        [3, 1, 0],
      ] as const) {
        const context = Array.from({ length: 30 }, () => Math.floor(rng.next() * size));
        const all = { ...off, ...options, seed: size * 7 };
        const sampler = new Sampler(all, size, context, new SamplingBuffers(size));
        const reference = new ReferenceSampler(all, context);
        for (let step = 0; step < 12; step++) {
          const logits = randomLogits(rng, size, deviation, grid);
          const copy = Float32Array.from(logits);
          assert.equal(sampler.next(logits), reference.next(logits), `V ${size}, σ ${deviation}, step ${step}`);
          assert.deepEqual(logits, copy, 'the logits must stay as they are');
        }
      }
    });
  }

  it("chooses the reference's tokens at a vocabulary of 151,936", () => {
    const rng = Rng.fromSeed(5);
    const all = { ...off, temperature: 0.7, topP: 0.95, seed: 2 ** 40 + 3 };
    const buffers = new SamplingBuffers(151_936);
    const sampler = new Sampler(all, 151_936, [], buffers);
    const reference = new ReferenceSampler(all, []);
    for (const deviation of [1, 3, 6]) {
      const logits = randomLogits(rng, 151_936, deviation);
      assert.equal(sampler.next(logits), reference.next(logits));
    }
  });

  it('keeps every token that ties with the k-th best', () => {
    const logits = Float32Array.of(1, 3, 2, 2, 2, 0);
    const drawn = new Set<number>();
    for (let seed = 0; seed < 200; seed++) drawn.add(nextOf({ topK: 2, temperature: 5, seed }, logits));
    assert.deepEqual([...drawn].sort(), [1, 2, 3, 4]);
  });

  it('cuts by min-p exactly, also between tokens of nearly the same probability', () => {
    const limit = Math.log(0.5);
    const logits = Float32Array.from([0, 1e-4, 2e-4, -1e-4, -2e-4], (offset) => limit + offset);
    logits[0] = 0;
    const drawn = new Set<number>();
    for (let seed = 0; seed < 200; seed++) drawn.add(nextOf({ minP: 0.5, seed }, logits));
    assert.deepEqual([...drawn].sort(), [0, 1, 2]);
  });

  it('chooses among equal logits, +0 and −0 included, by ascending id', () => {
    const logits = new Float32Array(3000).fill(-0, 0, 1500);
    for (let seed = 0; seed < 20; seed++) {
      const all = { ...off, topP: 0.1, seed };
      assert.equal(nextOf(all, logits), new ReferenceSampler(all, []).next(logits));
      assert.ok(nextOf(all, logits) < 301);
    }
  });

  it('is greedy at temperature 0, the first of equals winning, after the repetition penalty only', () => {
    for (let first = 0; first < 11; first++) {
      for (let second = first; second < 11; second++) {
        const logits = new Float32Array(11).fill(-2);
        logits[first] = 5;
        logits[second] = 5;
        assert.equal(nextOf({ temperature: 0, topP: 0.1 }, logits), first);
      }
    }
    assert.equal(nextOf({ temperature: 1e-310 }, Float32Array.of(1, 3, 2)), 1);
    assert.equal(nextOf({ temperature: 0, repetitionPenalty: 2 }, Float32Array.of(1, 3, 2), [1]), 2);
    assert.equal(nextOf({ temperature: 0, repetitionPenalty: 2 }, Float32Array.of(-3, -2, -2.5), [1, 1, 1]), 2);
  });

  it('penalises the tokens it chose itself', () => {
    const logits = Float32Array.of(4, 3, 2.5);
    const sampler = new Sampler({ ...off, temperature: 0, repetitionPenalty: 2 }, 3, [], new SamplingBuffers(3));
    assert.deepEqual([sampler.next(logits), sampler.next(logits), sampler.next(logits)], [0, 1, 2]);
  });

  it('draws in proportion to the probabilities (chi-square, 19 degrees of freedom, p > 0.001)', () => {
    const logits = randomLogits(Rng.fromSeed(11), 20, 1);
    const draws = 40_000;
    const counts = new Float64Array(20);
    const sampler = new Sampler({ ...off, temperature: 1.3, seed: 12 }, 20, [], new SamplingBuffers(20));
    for (let i = 0; i < draws; i++) counts[sampler.next(logits)]!++;
    let chi = 0;
    for (const { id, p } of referenceDistribution(logits, { ...off, temperature: 1.3 }, [])) {
      chi += (counts[id]! - draws * p) ** 2 / (draws * p);
    }
    assert.ok(chi < 43.82, `χ² = ${chi}`);
  });

  for (const value of [Number.NaN, Infinity, -Infinity]) {
    it(`refuses logits with ${value}, wherever it is, and names the token`, () => {
      for (const options of [{ temperature: 0 }, { temperature: 0.7, topP: 0.9 }, { repetitionPenalty: 1.1 }]) {
        for (let at = 0; at < 7; at++) {
          const logits = Float32Array.of(1, 2, 3, 4, 3, 2, 1);
          logits[at] = value;
          assert.throws(() => nextOf(options, logits), {
            name: 'RetuneError',
            code: 'generation.logits-not-finite',
            data: { token: at, value: String(value) },
          });
        }
      }
    });
  }

  it('gives the log-probability of a log-softmax', () => {
    const rng = Rng.fromSeed(1);
    for (const [size, deviation] of [
      [1001, 3],
      [5000, 0.01],
      [5000, 20],
    ] as const) {
      const logits = randomLogits(rng, size, deviation);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
      for (let token = 0; token < 50; token++) {
        assert.ok(Math.abs(logProbability(logits, token) - (logits[token]! - Math.log(sum))) < 1e-8);
      }
    }
    assert.throws(() => logProbability(Float32Array.of(1, Number.NaN), 0), { code: 'generation.logits-not-finite' });
  });
});
