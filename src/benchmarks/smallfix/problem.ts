import { pick, type Random, sample, shuffled } from '../../shared/random.ts';
import { jsonOf } from './encoded.ts';
import { type Family, moduleSource, type Names, stubSource } from './family.ts';
import { type RunOutcome, runTrusted } from './judge/run-trusted.ts';
import { mutations } from './mutations.ts';
import type { Json, Reading, SmallFixTest } from './task.ts';

/** A reading with what it returns for the problem's inputs. */
export interface ProblemReading extends Reading {
  /** By input. */
  readonly expected: readonly Json[];
  readonly grumbles: readonly string[];
}

/** A drawn member of a family, whose readings and faults are known to differ on its inputs. */
export interface Problem {
  readonly family: Family;
  readonly names: Names;
  readonly params: readonly Json[];
  /** The last one is held out of training. */
  readonly asks: readonly string[];
  readonly topic: string | undefined;
  /** Most plausible first. */
  readonly readings: readonly ProblemReading[];
  readonly stub: string;
  /** Sources that are wrong by every reading. At least one. */
  readonly bugs: readonly string[];
  readonly inputs: readonly (readonly Json[])[];
}

/** How plausible the readings of a problem are, by their number, most plausible first. */
const plausibility: readonly (readonly number[])[] = [[], [1], [0.72, 0.28], [0.62, 0.22, 0.16]];

const mostInputs = 8;
const mostBugs = 4;

/** @returns undefined when readings cannot be told apart, a reading fails, or no fault is found */
export function drawProblem(
  family: Family,
  names: Names,
  params: readonly Json[],
  random: Random,
): Problem | undefined {
  const draft = family.make(names, params, random);
  const inputs = distinct(draft.inputs);
  const bodies = Object.entries(draft.readings);
  const weights = plausibility[bodies.length];
  if (weights === undefined) return undefined;
  const ran = bodies.map(([, body]) => resultsOf(names, body, inputs));
  if (ran.some((results) => results === undefined)) return undefined;
  const results = ran as readonly (readonly Json[])[];
  const chosen = chooseInputs(results, random);
  if (chosen === undefined) return undefined;
  const expected = results.map((list) => chosen.map((index) => list[index]!));
  const bugs = faults(
    names,
    draft.bugs ?? [],
    bodies.map(([, body]) => body),
    chosen.map((index) => inputs[index]!),
    expected,
    random,
  );
  if (bugs.length === 0) return undefined;
  return {
    family,
    params,
    names,
    asks: draft.asks,
    topic: draft.axis?.topic,
    readings: bodies.map(([id, body], index) => ({
      id,
      source: moduleSource(names, body),
      says: draft.axis?.choices[id]?.says ?? [],
      grumbles: draft.axis?.choices[id]?.grumbles ?? [],
      weight: weights[index]!,
      expected: expected[index]!,
    })),
    stub: stubSource(names),
    bugs,
    inputs: chosen.map((index) => inputs[index]!),
  };
}

export function testsOf(problem: Problem, reading: ProblemReading): readonly SmallFixTest[] {
  return problem.inputs.map((args, index) => ({
    name: callText(problem.names.name, args),
    args,
    expected: reading.expected[index]!,
  }));
}

/** `keep([1, 2], 'a')` */
function callText(name: string, args: readonly Json[]): string {
  return `${name}(${args.map(literal).join(', ')})`;
}

/** A value in the project's code style. */
export function literal(value: Json): string {
  if (typeof value === 'string')
    return value.includes("'") ? JSON.stringify(value) : `'${value.replaceAll('\n', '\\n')}'`;
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, inner]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : literal(key)}: ${literal(inner)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function resultsOf(names: Names, body: string, inputs: readonly (readonly Json[])[]): readonly Json[] | undefined {
  const run = runTrusted(moduleSource(names, body), names.name, inputs);
  const values = valuesOf(run);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function valuesOf(run: RunOutcome): readonly (Json | undefined)[] {
  if (run.kind !== 'ran') return [undefined];
  return run.calls.map((call) => ('value' in call ? jsonOf(call.value) : undefined));
}

/**
 * Inputs that become tests: for every pair of readings at least two that tell them apart, if there are two, the rest at random.
 * undefined when some pair cannot be told apart.
 */
function chooseInputs(results: readonly (readonly Json[])[], random: Random): readonly number[] | undefined {
  const texts = results.map((list) => list.map((value) => JSON.stringify(value)));
  const all = shuffled(
    random,
    texts[0]!.map((_, index) => index),
  );
  const chosen = new Set<number>();
  for (const [one, list] of texts.entries()) {
    for (const other of texts.slice(one + 1)) {
      const telling = all.filter((index) => list[index] !== other[index]);
      if (telling.length === 0) return undefined;
      for (const index of telling.slice(0, 2)) chosen.add(index);
    }
  }
  for (const index of all) if (chosen.size < mostInputs) chosen.add(index);
  return [...chosen].sort((a, b) => a - b);
}

function faults(
  names: Names,
  own: readonly string[],
  bodies: readonly string[],
  inputs: readonly (readonly Json[])[],
  expected: readonly (readonly Json[])[],
  random: Random,
): readonly string[] {
  const right = new Set(expected.map((list) => JSON.stringify(list)));
  const candidates = [...sample(random, own, 2), ...mutations(random, pick(random, bodies)).slice(0, 6)];
  const found: string[] = [];
  for (const body of candidates) {
    if (found.length >= mostBugs) break;
    const source = moduleSource(names, body);
    const run = runTrusted(source, names.name, inputs);
    if (run.kind !== 'ran' && run.kind !== 'runtime') continue;
    const values = valuesOf(run).map((value) => (value === undefined ? { thrown: true } : value));
    if (!right.has(JSON.stringify(values))) found.push(source);
  }
  return found;
}

function distinct(inputs: readonly (readonly Json[])[]): readonly (readonly Json[])[] {
  return [...new Map(inputs.map((args) => [JSON.stringify(args), args])).values()];
}
