import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { stackOf } from '../../../src/shared/errors/thrown.ts';
import type { ProgramResult } from '../../../tools/testing/programs.ts';

/**
 * Runs inside VS Code's extension host: every bundled suite beside this file, with the result kept up to date in a file,
 * so that a host that dies loses nothing.
 */
export async function run(): Promise<void> {
  const output = process.env.RETUNE_EDITOR_RESULT;
  if (output === undefined) throw new Error('RETUNE_EDITOR_RESULT names no file.');
  // Catches hangs only.
  const mocha = new Mocha({ ui: 'bdd', timeout: 10 * 60_000, reporter: Quiet });
  for (const file of globSync('suites/**/*.cjs', { cwd: __dirname }).sort()) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => {
    follow(mocha.run(resolve), output);
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

class Quiet extends Mocha.reporters.Base {
  override epilogue(): void {}
}

function follow(runner: Mocha.Runner, output: string): void {
  const result = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  const save = (finished: boolean) => {
    writeFileSync(output, JSON.stringify({ ...result, finished, lines } satisfies ProgramResult & { lines: string[] }));
  };
  const count = (key: keyof typeof result, line: string) => {
    result[key]++;
    lines.push(line);
    save(false);
  };
  save(false);
  runner.on('pass', (test) =>
    count('passed', `  ✓ ${test.fullTitle()}  ${((test.duration ?? 0) / 1000).toFixed(1)} s`),
  );
  runner.on('pending', (test) => count('skipped', `  - ${test.fullTitle()}`));
  runner.on('fail', (test, error: unknown) => count('failed', `  ✗ ${test.fullTitle()}\n${describe(error)}`));
  runner.on('end', () => save(true));
}

function describe(error: unknown): string {
  const text = stackOf(error);
  return text
    .split('\n')
    .filter((line) => !/node_modules|node:internal/.test(line))
    .slice(0, 30)
    .join('\n')
    .replace(/^/gm, '      ');
}
