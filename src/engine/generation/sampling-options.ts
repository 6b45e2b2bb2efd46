import { randomInt } from 'node:crypto';
import type { SamplingOptions } from '../../policy/generation.ts';
import { invalidGenerationOption } from './errors.ts';
import type { GenerationDefaults } from './generation-defaults.ts';

/** Sampling options with every default filled in. */
export type ResolvedSampling = Required<SamplingOptions>;

/**
 * The request's options, else the checkpoint's, else temperature 0.7 with everything else off; a missing seed is drawn.
 * A checkpoint that says `do_sample: false` is greedy unless the request gives a temperature.
 * @throws RetuneError `generation.invalid-option`.
 */
export function resolveSampling(options: SamplingOptions, defaults: GenerationDefaults): ResolvedSampling {
  const resolved: ResolvedSampling = {
    temperature: options.temperature ?? (defaults.doSample === false ? 0 : (defaults.temperature ?? 0.7)),
    topP: options.topP ?? defaults.topP ?? 1,
    topK: options.topK ?? defaults.topK ?? 0,
    minP: options.minP ?? defaults.minP ?? 0,
    repetitionPenalty: options.repetitionPenalty ?? defaults.repetitionPenalty ?? 1,
    seed: options.seed ?? randomInt(2 ** 32),
  };
  const { temperature, topP, topK, minP, repetitionPenalty, seed } = resolved;
  check('temperature', temperature, temperature >= 0 && temperature < Infinity, 'a number from 0 (greedy) upwards');
  check('topP', topP, topP > 0 && topP <= 1, 'above 0 and at most 1 (1 = off)');
  check('topK', topK, Number.isSafeInteger(topK) && topK >= 0, 'a whole number from 0 (off) upwards');
  check('minP', minP, minP >= 0 && minP < 1, 'from 0 (off) to below 1');
  check(
    'repetitionPenalty',
    repetitionPenalty,
    repetitionPenalty > 0 && repetitionPenalty < Infinity,
    'above 0 (1 = off)',
  );
  check('seed', seed, Number.isSafeInteger(seed) && seed >= 0, 'a whole number from 0 to 9007199254740991');
  return resolved;
}

function check(name: string, value: number, valid: boolean, allowed: string): void {
  if (!valid) throw invalidGenerationOption(name, value, allowed);
}
