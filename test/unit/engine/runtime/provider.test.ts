import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { explainStart, loadProvider } from '../../../../src/engine/runtime/provider.ts';
import { providerNames } from '../../../../src/policy/provider.ts';

describe('a provider', () => {
  for (const name of providerNames) {
    it(`${name} is a file that names itself`, async () => {
      const provider = await loadProvider(name);
      assert.equal(provider.name, name);
      assert.ok(provider.platforms.length > 0);
    });
  }

  it('has a row for its file', () => {
    const files = readdirSync(new URL('../../../../src/engine/runtime/providers', import.meta.url));
    assert.deepEqual(files.sort(), providerNames.map((name) => `${name}.ts`).sort());
  });

  it('says by its own messages why it did not start, else repeats the first line', async () => {
    const explain = async (name: (typeof providerNames)[number], message: string) =>
      explainStart(await loadProvider(name), new Error(message));
    const noAdapter = await explain('webgpu', 'Failed to get a WebGPU adapter.\n  at x.cc:3');
    assert.match(noAdapter.why, /No graphics adapter/);
    assert.match(noAdapter.remedy, /driver/);
    const noLibrary = await explain('cuda', 'Failed to load shared library libcudnn.so.9');
    assert.match(noLibrary.why, /cuDNN 9/);
    assert.match(noLibrary.remedy, /onnxruntime-node-install=cuda12/);
    const noCompiler = await explain('tensorrt', 'X_TensorRT: Failed to load shared library');
    assert.match(noCompiler.why, /TensorRT 10/);
    assert.match(noCompiler.remedy, /onnxruntime-node-install=cuda12/);
    assert.equal((await explain('dml', 'Out of luck.\nmore')).why, 'The provider "dml" did not start: Out of luck.');
  });
});
