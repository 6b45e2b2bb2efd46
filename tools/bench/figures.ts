import { counted } from '../../src/shared/counted.ts';
import type { Comparison, Competitor, Limit, Measure } from './compare.ts';
import type { DriverCommand } from './driver.ts';
import type { BenchOptions } from './options.ts';
import { script } from './paths.ts';
import type { DriverReply, LoadRequest } from './protocol.ts';
import { randomTokens } from './random.ts';

/** Files and programs that the figures need; an error in place of one that is not available. */
export interface Ingredients {
  readonly checkpoint: string;
  readonly gguf: { readonly 4: string; readonly 8: string };
  /** Model directory for transformers.js, 4 bits. */
  readonly transformers: string;
  /** Why llama.cpp and transformers.js could not be installed. */
  readonly packages: Error | undefined;
  readonly python: string | Error;
}

type Bits = 4 | 8;
const gigabyte = 1e9;
const updateTokens = { prompt: 384, response: 128 };
/** Room for the longest context and the tokens made after it; llama.cpp reserves its cache at once, so no more than needed. */
const contextLength = 1152;

/** Every figure with its bar. */
export function plan(options: BenchOptions, found: Ingredients): (Comparison | Limit)[] {
  const threads = Math.max(...options.threads);
  const ours = (bits: LoadRequest['bits'], count: number, more: Partial<LoadRequest> = {}): Competitor => ({
    driver: node('ours.ts'),
    load: { op: 'load', model: found.checkpoint, bits, threads: count, contextLength, ...more },
  });
  const llama = (bits: Bits, count: number): Competitor | Error =>
    found.packages ?? {
      driver: node('peers/llama.ts'),
      load: { op: 'load', model: found.gguf[bits], bits, threads: count, contextLength },
    };
  const transformers = (count: number): Competitor | Error =>
    found.packages ?? {
      driver: node('peers/transformers.ts'),
      load: { op: 'load', model: found.transformers, bits: 4, threads: count, contextLength },
    };
  const torch: Competitor | Error =
    found.python instanceof Error
      ? found.python
      : {
          driver: { command: found.python, arguments: [script('peers/update.py')] },
          load: { op: 'load', model: found.checkpoint, bits: 32, threads, contextLength: 0 },
        };

  const list: (Comparison | Limit)[] = [];
  for (const variant of variants) {
    const { bits, block } = variant;
    for (const count of options.threads) {
      list.push({
        ours: ours(bits, count, { block }),
        theirs: llama(bits, count),
        peer: `llama.cpp ${formats[bits]}`,
        measures: [256, 1024]
          .map((context) => decode(variant, count, context, options.quick))
          .concat(prefill(variant, count)),
      });
    }
    // Both formats have blocks of 32; larger ones are a choice of ours, faster and less exact.
    if (block !== 32) continue;
    list.push({
      ours: ours(bits, threads),
      theirs: llama(bits, threads),
      peer: `llama.cpp ${formats[bits]}`,
      measures: [load(`load, ${bits} bits`)],
    });
    list.push({ ours: ours(bits, threads), limit: 1, measure: load(`start from a warm cache, ${bits} bits`) });
  }
  for (const count of options.threads) {
    list.push({
      ours: ours(4, count),
      theirs: transformers(count),
      peer: 'transformers.js q4',
      measures: [256, 1024].map((context) => sameDecode(count, context, options.quick)),
    });
  }
  const host = { driver: node('host.ts'), load: ours(8, 1).load };
  list.push({ ours: host, limit: 5, measure: hostShare(options.quick) });
  const plain = { driver: node('ours-update.ts'), load: ours(32, threads).load };
  list.push({ ours: plain, theirs: torch, peer: 'PyTorch + PEFT', measures: [update()] });
  list.push({ ours: ours(4, threads, { layerCheckpointing: true }), limit: 1.8, measure: checkpointedUpdate });
  return list;
}

interface Variant {
  readonly bits: Bits;
  readonly block: 32 | 128;
}

const variants: readonly Variant[] = [
  { bits: 4, block: 32 },
  { bits: 4, block: 128 },
  { bits: 8, block: 32 },
];

const quantisation = ({ bits, block }: Variant): string =>
  block === 32 ? `${bits} bits` : `${bits} bits in blocks of ${block}`;

const formats = { 4: 'Q4_0', 8: 'Q8_0' } as const;

function decode(variant: Variant, threads: number, context: number, quick: boolean): Measure {
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
function sameDecode(threads: number, context: number, quick: boolean): Measure {
  const measure = decode({ bits: 4, block: 32 }, threads, context, quick);
  const first = ({ detail }: DriverReply) => (Array.isArray(detail?.made) ? detail.made[0] : undefined);
  return {
    ...measure,
    figures: measure.figures.map((figure) => ({ ...figure, bar: null })),
    alike: { what: 'The first token', of: first },
  };
}

/** Processor time of the process that asks, while the sidecar generates. */
function hostShare(quick: boolean): Measure {
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

function prefill(variant: Variant, threads: number): Measure {
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

function load(name: string): Measure {
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

function update(): Measure {
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

const checkpointedUpdate: Measure = {
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

function node(file: string): DriverCommand {
  return { command: process.execPath, arguments: ['--disable-warning=ExperimentalWarning', script(file)] };
}
