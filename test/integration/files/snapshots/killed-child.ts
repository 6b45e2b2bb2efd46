import fs from 'node:fs';
import fsp, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Runs two attempts and an undo, and kills itself at the n-th change of the file system: instead of doing it, or after half of it
 * where it is a write. Usage: killed-child.ts FOLDER SESSION N. Exits 0 when there are fewer changes than n.
 */
const [folder = '', session = '', at = ''] = process.argv.slice(2);
let left = Number(at);

function step(): boolean {
  left--;
  return left === 0;
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is here already; nothing may run before it is obeyed.
  for (;;);
}

type Callable = (...args: unknown[]) => unknown;

function guard(holder: object, names: readonly string[]): void {
  const functions = holder as Record<string, Callable>;
  for (const name of names) {
    const original = functions[name];
    if (original === undefined) throw new Error(`There is no ${name} to be guarded.`);
    functions[name] = function (this: unknown, ...args: unknown[]) {
      if (step()) die();
      return original.apply(this, args);
    };
  }
}

guard(fsp, ['mkdir', 'rename', 'rm', 'rmdir', 'unlink', 'symlink', 'link', 'copyFile', 'writeFile', 'chmod']);
guard(fs, ['renameSync', 'unlinkSync', 'linkSync', 'writeFileSync', 'rmSync', 'mkdirSync']);
const probe = await fsp.open(import.meta.filename, 'r');
const prototype = Object.getPrototypeOf(probe) as Record<string, Callable>;
await probe.close();
guard(prototype, ['sync', 'datasync', 'chmod', 'truncate']);
for (const name of ['write', 'writeFile', 'appendFile']) {
  const original = prototype[name]!;
  prototype[name] = async function (this: FileHandle, ...args: unknown[]) {
    if (!step()) return original.apply(this, args);
    const bytes = Buffer.from(args[0] as Uint8Array);
    const half = bytes.subarray(0, bytes.length >> 1);
    fs.writeSync(this.fd, half);
    die();
  };
}
const open = fsp.open;
fsp.open = (async (path: string, flags?: string, mode?: number) => {
  if (flags !== undefined && flags !== 'r' && typeof flags === 'string' && step()) die();
  return open(path, flags, mode);
}) as typeof fsp.open;
syncBuiltinESMExports();

const { openSnapshots } = await import('../../../../src/files/snapshots/open-snapshots.ts');
const { attempt } = await import('./support.ts');
const snapshots = await openSnapshots(folder, session);
await attempt(snapshots, folder, 1, { 'a.js': 'ours 1\n', 'made/deep/new.js': 'new 1\n' });
await attempt(snapshots, folder, 2, { 'a.js': 'ours 2\n', 'b.js': 'ours 2\n', 'made/deep/new.js': 'new 2\n' });
await snapshots.undo();
