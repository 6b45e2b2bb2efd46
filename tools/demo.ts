import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * `npm run demo`: `retune fix` on a copy of the sample workspace, with the embedded model or with `--model DIR`. All options
 * are passed on to `retune fix`. The exit code is 0 only if the tests pass in the end.
 */
const root = path.resolve(import.meta.dirname, '..');
const request = 'Find the shortest of the words.';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-demo-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
// Ctrl-C reaches the child as well, which stops and says so.
process.on('SIGINT', () => undefined);

const folder = path.join(scratch, 'sample');
cpSync(path.join(root, 'resources', 'sample'), folder, {
  recursive: true,
  filter: (source) => !source.endsWith('README.md'),
});
const child = spawn(
  process.execPath,
  [
    path.join(root, 'src', 'cli', 'main.ts'),
    'fix',
    folder,
    request,
    '--yes',
    '--seed',
    '1',
    ...(process.stdin.isTTY ? [] : ['--auto']),
    ...process.argv.slice(2),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      // Sessions and what is learnt belong to the copy, which is removed.
      RETUNE_STATE: path.join(scratch, 'state'),
      // What is shown unasked is the same on every machine.
      ...(!process.argv.some((argument) => argument.startsWith('--model')) && { RETUNE_MODEL_STORES: 'none' }),
    },
  },
);
child.on('error', (error) => {
  process.stderr.write(`The demonstration could not be started: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
