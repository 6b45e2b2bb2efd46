import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import spawn from 'cross-spawn';

/** A private package whose dependencies are the JavaScript runners that tests really run. */
const home = path.resolve(import.meta.dirname, '..', '..', 'test', 'runners');
/** The packages that vitest, jest and mocha are. */
export const runnerModules = path.join(home, 'node_modules');
const stamp = path.join(runnerModules, '.installed-from');
const limitMs = 10 * 60_000;

/**
 * Installs the runners exactly as `test/runners/package-lock.json` names them, when they are missing or others.
 * @throws Error that says how to do it by hand, when npm fails
 */
export function setUpRunners(): void {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(home, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stdout.write('Installing the test runners of test/runners (vitest, jest, mocha)\n');
  const result = spawn.sync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
    // What npm says of itself to its scripts would make this a script of the package that started it.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'))),
    timeout: limitMs,
  });
  if (result.status !== 0) {
    const why = result.error?.message ?? `npm ended with ${result.signal ?? `exit code ${result.status}`}`;
    throw new Error(
      `The test runners could not be installed: ${why}. Run \`npm ci\` in test/runners, with access to a registry.`,
    );
  }
  writeFileSync(stamp, lock);
}

if (process.argv[1] === import.meta.filename) setUpRunners();
