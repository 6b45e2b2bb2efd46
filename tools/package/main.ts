import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installPacker } from './install-packer.ts';
import { stage } from './stage.ts';

/**
 * `npm run package`: builds what can be installed, into `dist/packages`: `retune-OS-CPU-VERSION.vsix`, the extension for the
 * platform of this machine, and `retune-VERSION.tgz`, the commands `retune` and `retune-sidecar` for any.
 */
const root = path.resolve(import.meta.dirname, '..', '..');
const target = `${process.platform}-${process.arch}`;
const staged = mkdtempSync(path.join(os.tmpdir(), 'retune-package-'));

try {
  process.chdir(root);
  const version = stage(staged);
  // A package whose command does not even start is not packed.
  run(process.execPath, [path.join(staged, 'dist', 'cli.mjs'), '--version']);
  const out = path.join(root, 'dist', 'packages');
  mkdirSync(out, { recursive: true });
  const options = ['--target', target, '--no-rewrite-relative-links', '--allow-missing-repository'];
  run(process.execPath, [
    installPacker(),
    'package',
    ...options,
    '--out',
    path.join(out, `retune-${target}-${version}.vsix`),
  ]);
  run('npm', ['pack', '--silent', '--pack-destination', out]);
} finally {
  rmSync(staged, { recursive: true, force: true, maxRetries: 5 });
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, {
    cwd: staged,
    stdio: 'inherit',
    shell: program === 'npm' && process.platform === 'win32',
  });
}
