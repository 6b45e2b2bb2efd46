import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..', '..');
/** What a package of the extension consists of; without the sources, so that nothing relies on them. */
const packaged = ['package.json', 'package.nls.json', 'media', 'resources', 'l10n', 'LICENSE', 'README.md'];

/** Without the embedded model, so that the tests decide which model there is, and whether there is one. */
function isStaged(source: string): boolean {
  return source !== path.join(root, 'resources', 'model');
}

/** The extension as it is when installed: its bundles, and the runtime as the only package. */
export function stageExtension(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of packaged) {
    const source = path.join(root, name);
    if (existsSync(source)) cpSync(source, path.join(directory, name), { recursive: true, filter: isStaged });
  }
  execFileSync(process.execPath, ['esbuild.mjs', path.join(directory, 'dist')], { cwd: root, stdio: 'inherit' });
  mkdirSync(path.join(directory, 'node_modules'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(directory, 'node_modules', name), 'junction');
  }
}

/** Bundles the tests, because VS Code loads them as CommonJS. @returns the file that VS Code is to run. */
export async function bundleTests(directory: string, pattern: string): Promise<string> {
  const editor = path.join(root, 'test', 'editor');
  const suites = globSync(pattern, { cwd: path.join(editor, 'suites') });
  await build({
    entryPoints: {
      index: path.join(editor, 'host', 'index.ts'),
      ...Object.fromEntries(
        suites.map((name) => [`suites/${name.replace(/\.ts$/, '')}`, path.join(editor, 'suites', name)]),
      ),
    },
    outdir: directory,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  writeFileSync(path.join(directory, 'package.json'), '{"type":"commonjs"}\n');
  return path.join(directory, 'index.cjs');
}
