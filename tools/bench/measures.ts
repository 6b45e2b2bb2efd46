import { counted } from '../../src/shared/counted.ts';
import type { Measure } from './compare.ts';
import type { DriverReply } from './protocol.ts';
import { randomTokens } from './random.ts';

/** Bits of a weight, and the number of weights that share a scale. */
export interface Variant {
  readonly bits: 4 | 8;
  readonly block: 32 | 128;
}

const gigabyte = 1e9;
const updateTokens = { prompt: 384, response: 128 };

const quantisation = ({ bits, block }: Variant): string =>
  block === 32 ? `${bits} bits` : `${bits} bits in blocks of ${block}`;

export function decode(variant: Variant, threads: number, context: number, quick: boolean): Measure {
  return {
    figures: [
      {
        name: `decode, ${quantisation(variant)}, context ${context}, ${counted(threads, 'thread')}`,
        unit: 'tok/s',
        better: 'higher',
        bar: context === 256 ? 1.2 : 1,
        value: ({ tokens, seconds }) => tokens / seconds,
      },
    ],
    request: (seed) => ({ op: 'decode', context, tokens: quick ? 24 : 64, seed }),
  };
}

/**
 * Both sides compute with the same int4 bytes, so they should choose the same first token. Later ones may part: products in
 * int8 round differently after any small difference, and the nearly even choices of random weights show it.
 */
export function sameDecode(threads: number, context: number, quick: boolean): Measure {
  const measure = decode({ bits: 4, block: 32 }, threads, context, quick);
  const first = ({ detail }: DriverReply) => (Array.isArray(detail?.made) ? detail.made[0] : undefined);
  return {
    ...measure,
    figures: measure.figures.map((figure) => ({ ...figure, bar: null })),
    alike: { what: 'The first token', of: first },
  };
}

/** Processor time of the process that asks, while the sidecar generates. */
export function hostShare(quick: boolean): Measure {
  return {
    figures: [
      {
        name: "extension host's share of a generation, 8 bits",
        unit: '% of a core',
        better: 'lower',
        bar: null,
        value: ({ cpuSeconds, seconds }) => (100 * cpuSeconds) / seconds,
      },
    ],
    request: (seed) => ({ op: 'decode', context: 256, tokens: quick ? 48 : 128, seed }),
  };
}

export function prefill(variant: Variant, threads: number): Measure {
  return {
    figures: [
      {
        name: `prefill of 512, ${quantisation(variant)}, ${counted(threads, 'thread')}`,
        unit: 'tok/s',
        better: 'higher',
        bar: variant.bits === 4 ? 1 : 1.5,
        value: ({ tokens, seconds }) => tokens / seconds,
      },
    ],
    request: (seed) => ({ op: 'prefill', tokens: 512, seed: 1000 + seed }),
  };
}

export function load(name: string): Measure {
  return {
    figures: [{ name, unit: 's', better: 'lower', bar: null, value: (reply) => reply.seconds }],
    request: null,
  };
}

function updateRequest(seed: number) {
  const tokens = randomTokens(updateTokens.prompt + updateTokens.response, 2000 + seed);
  return {
    op: 'update' as const,
    promptTokens: tokens.slice(0, updateTokens.prompt),
    responseTokens: tokens.slice(updateTokens.prompt),
  };
}

export function update(): Measure {
  const what = 'one-step update of 512 tokens, fp32, rank 8';
  return {
    figures: [
      { name: `${what}, time`, unit: 's', better: 'lower', bar: 1 / 0.6, value: (reply) => reply.seconds },
      {
        name: `${what}, peak memory`,
        unit: 'GB',
        better: 'lower',
        bar: 1,
        value: (reply) => reply.rssBytes / gigabyte,
      },
    ],
    request: updateRequest,
    alike: { what: 'The number of line-search halvings', of: (reply) => reply.detail?.halvings },
  };
}

export const checkpointedUpdate: Measure = {
  figures: [
    {
      name: 'one-step update of 512 tokens, int4 with layer checkpointing, peak memory',
      unit: 'GB',
      better: 'lower',
      bar: null,
      value: (reply) => reply.rssBytes / gigabyte,
    },
  ],
  request: updateRequest,
};
