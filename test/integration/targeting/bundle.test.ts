import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const packaged = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
const source = fileURLToPath(new URL('../../../src/targeting/find-target.ts', import.meta.url));

describe('a bundle without node_modules', () => {
  let root: string;
  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'retune-bundle-')));
    writeFileSync(join(root, 'package.json'), '{"type": "module"}');
    writeFileSync(join(root, 'a.py'), `${'# line\n'.repeat(60)}def f():\n    return 1\n`);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const bundled = async (name: string, format: 'esm' | 'cjs') => {
    const url = "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;";
    await build({
      entryPoints: [source],
      bundle: true,
      platform: 'node',
      outfile: join(root, name),
      format,
      define: format === 'cjs' ? { 'import.meta.url': '__bundleUrl' } : {},
      banner: { js: format === 'cjs' ? url : '' },
    });
  };
  const focus = async (name: string) => {
    const script = `const { findTarget } = await import(${JSON.stringify(join(root, name))});
      const { files } = await findTarget(${JSON.stringify(root)}, 'a.py:62', undefined, new AbortController().signal);
      console.log(files[0].target.focus?.symbol);`;
    return (await run(process.execPath, ['--input-type=module', '--eval', script])).stdout.trim();
  };

  it('works on whole files without the grammars', async () => {
    await bundled('plain.mjs', 'esm');
    assert.equal(await focus('plain.mjs'), 'undefined');
  });

  it('finds functions with the grammars beside it, as a module and as CommonJS', async () => {
    mkdirSync(join(root, 'tree-sitter'));
    copyFileSync(join(packaged, 'tree-sitter.js'), join(root, 'tree-sitter', 'tree-sitter.cjs'));
    for (const name of ['tree-sitter.wasm', 'tree-sitter-python.wasm']) {
      copyFileSync(join(packaged, name), join(root, 'tree-sitter', name));
    }
    await bundled('module.mjs', 'esm');
    await bundled('common.cjs', 'cjs');
    assert.equal(await focus('module.mjs'), 'f');
    assert.equal(await focus('common.cjs'), 'f');
  });
});
