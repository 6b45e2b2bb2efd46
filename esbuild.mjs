import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundledGrammars } from './src/targeting/languages.ts';

/** `node esbuild.mjs [FOLDER]`: tests build into a folder of their own. */
const out = process.argv[2] ?? 'dist';

/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const requireShim =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  // Native libraries are found relative to the package, so it stays a package.
  external: ['onnxruntime-node', 'vscode'],
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'linked',
};

/** @type {import('esbuild').BuildOptions} */
const module = { ...shared, format: 'esm', banner: { js: requireShim } };

rmSync(out, { recursive: true, force: true });
await Promise.all([
  build({ ...module, entryPoints: ['src/cli/main.ts'], outfile: join(out, 'cli.mjs') }),
  build({ ...module, entryPoints: ['src/sidecar/server/main.ts'], outfile: join(out, 'sidecar.mjs') }),
  build({
    ...module,
    entryPoints: ['src/extension/worker/main.ts'],
    outfile: join(out, 'extension-worker.mjs'),
  }),
  build({ ...module, entryPoints: ['src/sidecar/server/worker.ts'], outfile: join(out, 'sidecar-worker.mjs') }),
  build({
    ...module,
    entryPoints: ['src/benchmarks/smallfix/judge/judge-process.ts'],
    outfile: join(out, 'judge-process.mjs'),
  }),
]);
await build({
  ...shared,
  entryPoints: ['src/extension/main.ts'],
  outfile: join(out, 'extension.cjs'),
  format: 'cjs',
});
copyParser(join(out, 'tree-sitter'));

/** The parser finds its WebAssembly beside itself, so it is copied and not bundled. @param {string} directory */
function copyParser(directory) {
  const source = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
  mkdirSync(directory, { recursive: true });
  // With this ending Node reads it as CommonJS although the package says otherwise.
  copyFileSync(join(source, 'tree-sitter.js'), join(directory, 'tree-sitter.cjs'));
  for (const name of ['tree-sitter', ...bundledGrammars.map((grammar) => `tree-sitter-${grammar}`)]) {
    copyFileSync(join(source, `${name}.wasm`), join(directory, `${name}.wasm`));
  }
}
