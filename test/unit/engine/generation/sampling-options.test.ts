import assert from 'node:assert/strict';
import { resolveSampling } from '../../../../src/engine/generation/sampling-options.ts';

describe('sampling options', () => {
  it("takes the request's, else the checkpoint's, else temperature 0.7 and all else off", () => {
    const { seed, ...rest } = resolveSampling({}, { stopTokens: [] });
    assert.deepEqual(rest, { temperature: 0.7, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 });
    assert.ok(Number.isSafeInteger(seed) && seed >= 0);
    const defaults = { stopTokens: [], temperature: 0.6, topP: 0.95, topK: 20, minP: 0.1, repetitionPenalty: 1.1 };
    assert.deepEqual(resolveSampling({ topK: 0, seed: 4 }, defaults), {
      temperature: 0.6,
      topP: 0.95,
      topK: 0,
      minP: 0.1,
      repetitionPenalty: 1.1,
      seed: 4,
    });
  });

  it('is greedy where the checkpoint does not sample, unless a temperature is asked for', () => {
    const defaults = { stopTokens: [], doSample: false, temperature: 0.6 };
    assert.equal(resolveSampling({}, defaults).temperature, 0);
    assert.equal(resolveSampling({ temperature: 0.3 }, defaults).temperature, 0.3);
  });

  it('draws another seed each time', () => {
    const seeds = Array.from({ length: 8 }, () => resolveSampling({}, { stopTokens: [] }).seed);
    assert.ok(new Set(seeds).size > 1);
  });

  for (const [name, values] of Object.entries({
    temperature: [-0.1, Number.NaN, Infinity],
    topP: [0, 1.01, Number.NaN],
    topK: [-1, 1.5],
    minP: [-0.1, 1],
    repetitionPenalty: [0, -1, Infinity],
    seed: [-1, 0.5, 2 ** 53],
  })) {
    it(`refuses a ${name} out of range, by name`, () => {
      for (const value of values) {
        assert.throws(() => resolveSampling({ [name]: value }, { stopTokens: [] }), {
          code: 'generation.invalid-option',
          data: { name, value: String(value) },
        });
      }
    });
  }
});
