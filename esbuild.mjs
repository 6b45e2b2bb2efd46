import { existsSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

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

rmSync('dist', { recursive: true, force: true });
await Promise.all([
  build({ ...module, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.mjs' }),
  build({ ...module, entryPoints: ['src/sidecar/server/main.ts'], outfile: 'dist/sidecar.mjs' }),
  build({ ...module, entryPoints: ['src/sidecar/server/worker.ts'], outfile: 'dist/sidecar-worker.mjs' }),
]);
if (existsSync('src/extension/main.ts')) {
  await build({
    ...shared,
    entryPoints: ['src/extension/main.ts'],
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    // CommonJS has no import.meta; the sidecar is looked up beside the bundle.
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
}
