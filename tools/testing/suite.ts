import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * One mocha run in a process of its own: `node suite.ts RESULT.json PATTERN…`.
 * Prints a line per file and every failure in full, and keeps {@link SuiteResult} in the result file up to date, so that a
 * crash loses nothing.
 */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** False when the process ended before its last test. */
  readonly finished: boolean;
}

/** A process that still lives this long after its last test left something open. */
const graceMs = 10_000;

const [resultFile, ...patterns] = process.argv.slice(2);
if (resultFile === undefined) throw new Error('usage: suite.ts RESULT.json PATTERN…');

/** Stands in for mocha's reporters, which print only at the end or too much. */
class Quiet extends Mocha.reporters.Base {
  override epilogue(): void {}
}

const mocha = new Mocha({ timeout: 60_000, reporter: Quiet });
const broken = await load(globSync(patterns).sort());
if (broken > 0) process.exitCode = 1;
follow(
  mocha.run((failures) => {
    if (failures > 0) process.exitCode = 1;
  }),
  resultFile,
  broken,
);

/** One by one, so that a file that cannot be loaded fails alone. @returns how many could not */
async function load(files: readonly string[]): Promise<number> {
  let failed = 0;
  for (const file of files) {
    mocha.files = [path.resolve(file)];
    try {
      await mocha.loadFilesAsync();
    } catch (error) {
      failed++;
      process.stdout.write(`  ✗ ${file}  cannot be loaded\n${indent(describe(error))}\n`);
    }
  }
  mocha.files = [];
  return failed;
}

function follow(runner: Mocha.Runner, output: string, broken: number): void {
  const result = { passed: 0, failed: broken, skipped: 0 };
  const save = (finished: boolean) => writeFileSync(output, JSON.stringify({ ...result, finished }));
  let file = '';
  let tally = { passed: 0, failed: 0, skipped: 0, started: performance.now() };
  const line = (text: string) => process.stdout.write(`${text}\n`);
  const closeFile = () => {
    if (file === '') return;
    const counts = [
      `${tally.passed} passed`,
      tally.failed > 0 && `${tally.failed} failed`,
      tally.skipped > 0 && `${tally.skipped} skipped`,
    ];
    const seconds = ((performance.now() - tally.started) / 1000).toFixed(1);
    line(`  ${tally.failed > 0 ? '✗' : '✓'} ${file}  ${counts.filter(Boolean).join(', ')}  ${seconds} s`);
  };
  const enter = (runnable: Mocha.Runnable | Mocha.Suite) => {
    const name = path.relative('.', runnable.file ?? '');
    if (name === '' || name === file) return;
    closeFile();
    file = name;
    tally = { passed: 0, failed: 0, skipped: 0, started: performance.now() };
  };
  const count = (key: keyof typeof result) => {
    result[key]++;
    tally[key]++;
    save(false);
  };
  runner.on('suite', enter);
  runner.on('pass', () => count('passed'));
  runner.on('pending', () => count('skipped'));
  runner.on('fail', (test, error: unknown) => {
    count('failed');
    line(`    ✗ ${test.fullTitle()}`);
    line(indent(describe(error)));
  });
  runner.on('end', () => {
    closeFile();
    save(true);
    setTimeout(() => {
      line(`    ✗ the process did not end by itself; still open: ${process.getActiveResourcesInfo().join(', ')}`);
      result.failed++;
      save(true);
      process.exit(1);
    }, graceMs).unref();
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = (error.stack ?? error.message).split('\n').filter((row) => !/node_modules|node:internal/.test(row));
  return own.slice(0, 40).join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '        ');
}
