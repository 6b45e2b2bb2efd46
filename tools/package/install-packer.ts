import { existsSync } from 'node:fs';
import path from 'node:path';
import spawn from 'cross-spawn';

/** Installs vsce as `package-lock.json` beside this file names it, when it is missing. @returns its script */
export function installPacker(): string {
  const script = path.join(import.meta.dirname, 'node_modules', '@vscode', 'vsce', 'vsce');
  if (existsSync(script)) return script;
  const result = spawn.sync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    // What npm says of itself to its scripts would make this a script of the package that started it.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'))),
  });
  if (result.status !== 0) throw new Error('vsce could not be installed. Run `npm ci` in tools/package.');
  return script;
}
