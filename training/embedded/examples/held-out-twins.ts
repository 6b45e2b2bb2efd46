import { heldOutProblem } from '../../../src/benchmarks/smallfix/draw.ts';
import { encodedJson } from '../../../src/benchmarks/smallfix/encoded.ts';
import { families } from '../../../src/benchmarks/smallfix/families/index.ts';
import { runTrusted } from '../../../src/benchmarks/smallfix/judge/run-trusted.ts';
import type { Problem } from '../../../src/benchmarks/smallfix/problem.ts';
import type { Json } from '../../../src/benchmarks/smallfix/task.ts';
import { mulberry32 } from '../../../src/shared/random.ts';
import { hasShapeIn, shapesOf } from './code-shape.ts';

const closed = families.filter(({ heldOut }) => heldOut);
/** Number of problems of each held-out family that others are compared with. */
const compared = 2;

interface HeldOutProblems {
  readonly shapes: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

let heldOut: HeldOutProblems | undefined;

/**
 * Whether a problem belongs to a held-out family under another name: its code is the same except for names, numbers and
 * strings, or it returns the same. A few that return the same by chance are included.
 */
export function isHeldOutTwin(problem: Problem): boolean {
  heldOut ??= { shapes: shapesOf(closed), problems: heldOutProblems() };
  return hasShapeIn(problem, heldOut.shapes) || heldOut.problems.some((other) => returnsSame(problem, other));
}

function heldOutProblems(): readonly Problem[] {
  const random = mulberry32(4);
  const found = new Map(closed.map(({ id }) => [id, [] as Problem[]]));
  while ([...found.values()].some((problems) => problems.length < compared)) {
    const problem = heldOutProblem(random, 'held-out-family');
    const problems = found.get(problem.family.id)!;
    if (problems.length < compared) problems.push(problem);
  }
  return [...found.values()].flat();
}

function returnsSame(problem: Problem, other: Problem): boolean {
  // A function may not terminate on inputs that it is not meant for.
  const known = new Set(problem.inputs.map(signature));
  const calls = other.inputs.filter((args) => known.has(signature(args)));
  if (calls.length < other.inputs.length / 2) return false;
  return problem.readings.some(({ source }) => {
    const outcome = runTrusted(source, problem.names.name, calls);
    if (outcome.kind !== 'ran') return false;
    const results = outcome.calls.map((call) => ('value' in call ? JSON.stringify(call.value) : 'error'));
    return other.readings.some(({ expected }) =>
      calls.every(
        (args, index) => JSON.stringify(encodedJson(expected[other.inputs.indexOf(args)]!)) === results[index],
      ),
    );
  });
}

function signature(args: readonly Json[]): string {
  return args.map(kindOf).join(', ');
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? `list of ${value.length === 0 ? 'anything' : kindOf(value[0])}` : typeof value;
}
