import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly json: boolean;
  readonly only: RegExp;
  readonly repetitions: number;
  /** Fewer tokens per measurement. */
  readonly quick: boolean;
  readonly threads: readonly number[];
}

export const usage = `npm run bench -- [--json] [--only NAME-REGEX] [--reps N] [--quick] [--threads N,N]

Measures the engine against its peers, alternately, at the shape of Qwen2.5-0.5B with random weights.
Peers are installed on first use. Everything made lies in .cache/bench and tools/bench/peers/node_modules.

  --json      print one JSON object to standard output; progress goes to standard error in any case
  --only      only figures whose name or peer matches, ignoring case
  --reps      number of repetitions (default 5; 2 with --quick)
  --quick     fewer repetitions and tokens
  --threads   thread counts to measure generation with (default 1,2); updates use the largest

RETUNE_BENCH_PYTHON names a Python that has torch, transformers and peft, instead of a virtual environment of its own.`;

/** @throws TypeError for options that are unknown or have an impossible value */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      reps: { type: 'string' },
      quick: { type: 'boolean', default: false },
      threads: { type: 'string', default: '1,2' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    json: values.json,
    only: new RegExp(values.only, 'i'),
    repetitions: count('--reps', values.reps ?? (values.quick ? '2' : '5')),
    quick: values.quick,
    threads: values.threads.split(',').map((text) => count('--threads', text)),
  };
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text.trim()))
    throw new TypeError(`${option} takes whole numbers of at least 1, not “${text}”.`);
  return Number(text);
}
