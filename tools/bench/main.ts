import { messageOf } from '../../src/shared/errors/thrown.ts';
import { type Comparison, checkLimit, compare, type Limit, type Measure } from './compare.ts';
import type { Ingredients } from './competitors.ts';
import type { Figure } from './figure.ts';
import { describeMachine, startMachine } from './machine.ts';
import { ensureCheckpoint } from './make-checkpoint.ts';
import { ensureGguf } from './make-gguf.ts';
import { ensureTransformersModel } from './make-transformers.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { ensurePackages, ensurePython } from './peers/install.ts';
import { plan } from './plan.ts';
import { table } from './report.ts';

const log = (line: string) => console.error(line);

/** @returns 0 all was measured, 1 something could not be measured, 2 wrong usage. A missed bar is a result, not a failure. */
async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions | 'help';
  try {
    options = parseOptions(args);
  } catch (error) {
    log(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const machine = startMachine();
  const wanted = (list: (Comparison | Limit)[]) =>
    list.map((item) => narrow(item, options.only)).filter((item) => item !== undefined);
  const needed = wanted(plan(options, nothing));
  if (needed.length === 0) {
    log(`No figure's name matches ${String(options.only)}.`);
    return 2;
  }
  const ingredients = await gather(needed);
  const figures: Figure[] = [];
  for (const item of wanted(plan(options, ingredients))) {
    const run = { repetitions: options.repetitions, log };
    figures.push(...('limit' in item ? await checkLimit(item, run) : await compare(item, run)));
  }
  if (options.json) console.log(JSON.stringify({ figures, machine: machine() }, undefined, 1));
  else console.log(`\n${table(figures)}\n\n${describeMachine(machine())}`);
  return figures.some(({ ratio }) => ratio === null) ? 1 : 0;
}

const nothing: Ingredients = {
  checkpoint: '',
  gguf: { 4: '', 8: '' },
  transformers: '',
  packages: new Error('not needed'),
  python: new Error('not needed'),
};

/** Makes and installs only what the wanted figures use. */
async function gather(items: readonly (Comparison | Limit)[]): Promise<Ingredients> {
  const peers = items.map((item) => ('peer' in item ? item.peer : ''));
  const needs = (name: string) => peers.some((peer) => peer.startsWith(name));
  log('Preparing the random checkpoint');
  const checkpoint = await ensureCheckpoint();
  const gguf = {
    4: needs('llama.cpp Q4_0') ? await ensureGguf('Q4_0') : '',
    8: needs('llama.cpp Q8_0') ? await ensureGguf('Q8_0') : '',
  };
  const transformers = needs('transformers.js') ? await ensureTransformersModel() : '';
  const npm = needs('llama.cpp') || needs('transformers.js');
  const installed = npm ? await attempt(() => ensurePackages(log)) : nothing.packages;
  const packages = installed instanceof Error ? installed : undefined;
  const python = needs('PyTorch') ? await attempt(() => ensurePython(log)) : nothing.python;
  return { checkpoint, gguf, transformers, packages, python };
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What remains of a comparison when only matching figures are wanted; undefined when nothing does. */
function narrow<T extends Comparison | Limit>(item: T, only: RegExp): T | undefined {
  if ('peer' in item && only.test(item.peer)) return item;
  const keep = (measure: Measure): Measure | undefined => {
    const figures = measure.figures.filter(({ name }) => only.test(name));
    return figures.length === 0 ? undefined : { ...measure, figures };
  };
  if ('limit' in item) {
    const measure = keep(item.measure);
    return measure && { ...item, measure };
  }
  const measures = item.measures.map(keep).filter((measure) => measure !== undefined);
  return measures.length === 0 ? undefined : { ...item, measures };
}

process.exitCode = await main(process.argv.slice(2));
