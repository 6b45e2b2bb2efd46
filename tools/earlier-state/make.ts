import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Makes `test/fixtures/state-VERSION`: state on disk as a released version leaves it, for the tests that later versions still
 * understand it. `node tools/earlier-state/make.ts CHECKOUT SCRIPT`, where CHECKOUT is a checkout of that version with its
 * packages installed, and SCRIPT drives that version's own code, for example `tools/earlier-state/0.1.0.ts`.
 */
const [checkout, script] = process.argv.slice(2);
if (checkout === undefined || script === undefined) throw new Error('usage: make.ts CHECKOUT SCRIPT');
const repository = path.resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8')) as { version: string };
/** Absolute paths get into records; a fixed one makes it plain what the tests have to replace. */
const made = path.join(os.tmpdir(), 'retune-earlier');
const target = path.join(repository, 'test', 'fixtures', `state-${version}`);

rmSync(made, { recursive: true, force: true });
mkdirSync(made);
const child = spawnSync(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', script, path.resolve(checkout), made],
  {
    stdio: 'inherit',
    env: { ...process.env, RETUNE_STATE: path.join(made, 'state') },
  },
);
if (child.status !== 0) throw new Error(`${script} ended with ${child.signal ?? `exit code ${child.status}`}`);

const readme = path.join(target, 'README.md');
const kept = globSync(readme).map((file) => readFileSync(file));
rmSync(target, { recursive: true, force: true });
// Locks name processes of the machine that made them; graphs are large and made again from the weights.
const unwanted = /^(lock-\d+|\.lock|scratch|models|sidecars|.*\.onnx)$/;
cpSync(made, target, { recursive: true, filter: (name) => !unwanted.test(path.basename(name)) });
for (const text of kept) writeFileSync(readme, text);
neutralise(target);

/** The program that ran the tests gets into commands; its place says nothing. */
function neutralise(directory: string): void {
  for (const record of globSync('**/record.jsonl', { cwd: directory })) {
    const file = path.join(directory, record);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(process.execPath, 'node'));
  }
}
