import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The real package without its native file, loaded by the real `loadOrt` in a process of its own. */
describe('a package without its native library', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'retune-ort-'));
    for (const part of [
      'src/engine/runtime/ort.ts',
      'src/engine/runtime/ort-telemetry.ts',
      'src/engine/runtime/errors.ts',
      'src/shared/errors',
    ]) {
      cpSync(part, path.join(root, part), { recursive: true });
    }
    writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
    const modules = path.join(root, 'node_modules');
    mkdirSync(path.join(modules, 'onnxruntime-node'), { recursive: true });
    for (const part of ['package.json', 'dist']) {
      cpSync(`node_modules/onnxruntime-node/${part}`, path.join(modules, 'onnxruntime-node', part), {
        recursive: true,
      });
    }
    symlinkSync(path.resolve('node_modules/onnxruntime-common'), path.join(modules, 'onnxruntime-common'), 'junction');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function load(): { code: string; why: string; remedy: string } {
    const script = path.join(root, 'load.ts');
    writeFileSync(
      script,
      `import { loadOrt } from './src/engine/runtime/ort.ts';
       await loadOrt().then(() => console.log('{}'), (error) => console.log(JSON.stringify(error)));`,
    );
    const out = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], { encoding: 'utf8' });
    return JSON.parse(out);
  }

  it('is named as missing, with the remedy', () => {
    const error = load();
    assert.equal(error.code, 'runtime.unavailable');
    assert.match(error.why, /file of the package onnxruntime-node is missing.*onnxruntime_binding\.node/);
    assert.match(error.remedy, /Reinstall/);
  });

  it('is told apart from a library file that is missing beside it', function () {
    if (process.platform !== 'linux') this.skip();
    const binary = path.join('bin', 'napi-v6', process.platform, process.arch);
    const file = path.join('node_modules/onnxruntime-node', binary, 'onnxruntime_binding.node');
    cpSync(file, path.join(root, file));
    const error = load();
    assert.match(error.why, /libonnxruntime\.so\.1 is missing/);
    assert.match(error.remedy, /reinstall Retune/);
  });
});
