import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../../../../src/shared/process/run-process.ts';
import { patienceMs, until } from '../../../support/time.ts';

/** A process that runs a tree which never ends, and ends itself: at once, or when it is killed. */
const [directory = '', ending] = process.argv.slice(2);
// It leaves the group and its parents; only Linux has a way to find it then.
const daemon = process.platform === 'linux' ? `(setsid sh -c 'echo $$ > daemon; exec sleep 600' &);` : '';
void runProcess({
  argv: [`trap '' TERM; (trap '' TERM; sleep 600) & ${daemon} echo $! $$ > pids; wait`],
  shell: true,
  cwd: directory,
  env: { PATH: process.env.PATH ?? '' },
  timeoutMs: patienceMs,
  keep: { stdout: 100, stderr: 100 },
});
const written = (name: string): boolean => {
  const file = join(directory, name);
  return existsSync(file) && readFileSync(file, 'utf8').endsWith('\n');
};
await until(() => written('pids') && (daemon === '' || written('daemon')), 'the tree');
if (ending === 'exit') process.exit(0);
