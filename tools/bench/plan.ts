import type { Comparison, Limit } from './compare.ts';
import { host, type Ingredients, llama, ours, oursUpdate, torch, transformersJs } from './competitors.ts';
import { checkpointedUpdate, decode, hostShare, load, prefill, sameDecode, update, type Variant } from './measures.ts';
import type { BenchOptions } from './options.ts';

const variants: readonly Variant[] = [
  { bits: 4, block: 32 },
  { bits: 4, block: 128 },
  { bits: 8, block: 32 },
];
const contexts = [256, 1024];
const formats = { 4: 'Q4_0', 8: 'Q8_0' } as const;

/** Every figure with its bar. */
export function plan(options: BenchOptions, found: Ingredients): (Comparison | Limit)[] {
  const threads = Math.max(...options.threads);
  return [
    ...variants.flatMap((variant) => [
      ...options.threads.map((count) => generation(variant, count, options, found)),
      // Both formats have blocks of 32; larger ones are a choice of ours, faster and less exact.
      ...(variant.block === 32 ? starts(variant.bits, threads, found) : []),
    ]),
    ...options.threads.map((count) => sameWeights(count, options, found)),
    { ours: host(found), limit: 5, measure: hostShare(options.quick) },
    {
      ours: oursUpdate(found, threads),
      theirs: torch(found, threads),
      peer: 'PyTorch + PEFT',
      measures: [update()],
    },
    { ours: ours(found, 4, threads, { layerCheckpointing: true }), limit: 1.8, measure: checkpointedUpdate },
  ];
}

function generation(variant: Variant, threads: number, { quick }: BenchOptions, found: Ingredients): Comparison {
  const { bits, block } = variant;
  return {
    ours: ours(found, bits, threads, { block }),
    theirs: llama(found, bits, threads),
    peer: `llama.cpp ${formats[bits]}`,
    measures: [...contexts.map((context) => decode(variant, threads, context, quick)), prefill(variant, threads)],
  };
}

function starts(bits: 4 | 8, threads: number, found: Ingredients): readonly (Comparison | Limit)[] {
  const competitor = ours(found, bits, threads);
  return [
    {
      ours: competitor,
      theirs: llama(found, bits, threads),
      peer: `llama.cpp ${formats[bits]}`,
      measures: [load(`load, ${bits} bits`)],
    },
    { ours: competitor, limit: 1, measure: load(`start from a warm cache, ${bits} bits`) },
  ];
}

function sameWeights(threads: number, { quick }: BenchOptions, found: Ingredients): Comparison {
  return {
    ours: ours(found, 4, threads),
    theirs: transformersJs(found, threads),
    peer: 'transformers.js q4',
    measures: contexts.map((context) => sameDecode(threads, context, quick)),
  };
}
