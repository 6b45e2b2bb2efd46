import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { embeddedModel } from '../src/cli/fix/model.ts';

/**
 * `npm run demo`: `retune fix` on a copy of the sample workspace, with the embedded model, or with `--model DIR`. In a build
 * without an embedded model, and without `--model`, the attempts come from a record, and all else is real. Exit code 0 only
 * if the tests pass in the end. Other options are passed on to `retune fix`.
 */
const root = path.resolve(import.meta.dirname, '..');
const sample = path.join(root, 'resources', 'sample');
const request = 'range(1, 3) misses the 3';

const given = process.argv.slice(2);
const hasModel = given.includes('--model') || process.env.RETUNE_MODEL !== undefined || embeddedModel() !== undefined;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-demo-'));
const remove = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
process.on('exit', remove);
// Ctrl-C reaches the child too; it stops by itself and says so.
process.on('SIGINT', () => undefined);

const folder = path.join(scratch, 'sample');
cpSync(sample, folder, { recursive: true, filter: (source) => !/attempts\.jsonl$|README\.md$/.test(source) });
if (!hasModel) {
  process.stdout.write(
    'No model was given, so the attempts of a recorded session are played back; all else is real.\n',
  );
  process.stdout.write('With a model of your own: npm run demo -- --model DIR\n\n');
}
const child = spawn(
  process.execPath,
  [
    path.join(root, 'src', 'cli', 'main.ts'),
    'fix',
    folder,
    request,
    '--yes',
    ...(process.stdin.isTTY ? [] : ['--auto']),
    ...(hasModel ? [] : ['--replay', path.join(sample, 'attempts.jsonl')]),
    ...given,
  ],
  {
    stdio: 'inherit',
    // Sessions and what is learnt belong to the copy, which is removed.
    env: { ...process.env, RETUNE_STATE: path.join(scratch, 'state') },
  },
);
child.on('error', (error) => {
  process.stderr.write(`The demonstration could not be started: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
