import os from 'node:os';
import path from 'node:path';
import { plan, type SuiteName, suiteNames } from './testing/plan.ts';
import { runSuites } from './testing/pool.ts';
import { runNode, scriptOf } from './testing/programs.ts';
import { sizeReport } from './testing/sizes.ts';
import type { Outcome } from './testing/tally.ts';

/**
 * `npm test`: type check, lint, unit and integration suites, the extension in a real VS Code, and the WebGPU suite on a
 * software adapter; `node tools/test.ts SUITE…` runs these suites alone.
 * What the later suites need is set up while the earlier ones run, and files run in several processes side by side.
 * The last line is `N passed, N failed`; a failed check or a crashed process counts as one failure. Exit code 1 on any.
 */

process.chdir(path.resolve(import.meta.dirname, '..'));
const started = performance.now();
/** More would only compete for the caches and the disk. */
const processes = Math.min(os.availableParallelism(), 8);
const chosen = process.argv.slice(2).map(suiteNamed);

const suites = plan(chosen.length === 0 ? suiteNames : chosen);
const outcomes = chosen.length === 0 ? await checks() : [];
report([...outcomes, ...(await runSuites(suites, processes))]);

function suiteNamed(name: string): SuiteName {
  const found = suiteNames.find((each) => each === name);
  if (found === undefined) throw new Error(`There is no suite ${name}, but ${suiteNames.join(', ')}.`);
  return found;
}

/** Tools that pass or fail as a whole: the same as `npm run check`. */
async function checks(): Promise<Outcome[]> {
  const lint = ['check', '--error-on-warnings', '.'];
  // What only tests use is dead too.
  const productOnly = ['--production', '--include', 'files,dependencies,exports,types'];
  return [
    await check('types', [scriptOf('typescript', 'tsc'), '--noEmit']),
    await check('lint', [scriptOf('@biomejs/biome', 'biome'), ...lint]),
    await check('dead code', [scriptOf('knip', 'knip'), '--no-config-hints']),
    await check('test-only code', [scriptOf('knip', 'knip'), '--no-config-hints', ...productOnly]),
    await check('rules', ['tools/check/main.ts']),
  ];
}

async function check(name: string, args: readonly string[]): Promise<Outcome> {
  const began = performance.now();
  const { description, ok } = await runNode(args);
  process.stdout.write(ok ? `  ✓ ${name}\n` : `  ✗ ${name}: ${description}\n`);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds: since(began) };
}

function report(results: readonly Outcome[]): void {
  const lines = results.map(({ name, passed, failed, skipped, seconds, note }) => {
    const counts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
    return `${name.padEnd(12)} ${counts}  ${seconds.toFixed(1)} s${note === undefined ? '' : `  (${note})`}`;
  });
  const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0);
  const took = `${(since(started) / 60).toFixed(1)} minutes, ${processes} processes side by side`;
  const last = `${sum('passed')} passed, ${sum('failed')} failed`;
  process.stdout.write(`\n${[...lines, took, ...sizeReport(), last].join('\n')}\n`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}

function since(began: number): number {
  return (performance.now() - began) / 1000;
}
