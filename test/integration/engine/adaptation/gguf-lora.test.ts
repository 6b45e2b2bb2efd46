import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufLora } from '../../../../src/engine/adaptation/gguf-lora.ts';
import { loadPeft } from '../../../../src/engine/adaptation/peft.ts';
import { WorkspaceFiles } from '../../../../src/engine/adaptation/workspace-files.ts';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { restoreRows } from '../../../../src/engine/checkpoint/stored-values.ts';
import { parseHeader } from '../../../../src/engine/gguf/header.ts';
import { checkpointDirectory, readTensors } from '../../../support/oracle.ts';
import { temporaryDirectory } from './temporary.ts';

/** Names of llama.cpp and of PEFT within a layer. */
const modules = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

async function adapterOf(name: 'llama' | 'qwen3') {
  const { config } = await openCheckpoint(checkpointDirectory(name), architectures);
  const base = { config, path: '/model', key: '0'.repeat(32) };
  const as = { name: 'a', kind: 'workspace', seed: 1 } as const;
  return { base, adapter: await loadPeft(join(checkpointDirectory(name), 'adapter'), base, as) };
}

describe("adapters in llama.cpp's format", () => {
  const temporary = temporaryDirectory();

  for (const name of ['llama', 'qwen3'] as const) {
    it(`${name}: every matrix of PEFT's, in the orientation and the order of rows of the base`, async () => {
      const { adapter, base } = await adapterOf(name);
      const bytes = ggufLora(adapter, base.config)!;
      const { metadata, tensors } = parseHeader('adapter.gguf', bytes, bytes.byteLength);
      assert.equal(metadata.text('general.architecture'), name);
      assert.equal(metadata.text('general.type'), 'adapter');
      assert.equal(metadata.text('adapter.type'), 'lora');
      assert.equal(metadata.number('adapter.lora.alpha'), 16);
      assert.equal(tensors.length, 2 * 7 * 2);
      const expected = readTensors('checkpoints', name, 'adapter', 'adapter_model.safetensors');
      for (const { name: found, shape, offset, bytes: length } of tensors) {
        const [, layer, module, matrix] = /^blk\.(\d+)\.(\w+)\.weight\.lora_([ab])$/.exec(found)!;
        const path = modules[module as keyof typeof modules];
        const content = bytes.slice(offset, offset + length);
        const interleaved = name === 'llama' && matrix === 'b' && /^attn_[qk]$/.test(module!);
        const tensor = { name: found, shape, offset, bytes: length, dtype: 'F32', encoding: undefined };
        if (interleaved) restoreRows(content, { ...tensor, interleaved: base.config.headSize });
        const key = `base_model.model.model.layers.${layer}.${path}.lora_${matrix!.toUpperCase()}.weight`;
        assert.deepEqual(new Float32Array(content.buffer), expected[key], found);
        assert.equal(shape[matrix === 'a' ? 0 : 1], 8, found);
      }
    });
  }

  it('have the scale of a rank-stabilised adapter in alpha', async () => {
    const { adapter, base } = await adapterOf('qwen3');
    const bytes = ggufLora({ ...adapter, rankStabilised: true }, base.config)!;
    const { metadata } = parseHeader('adapter.gguf', bytes, bytes.byteLength);
    assert.equal(metadata.number('adapter.lora.alpha'), Math.fround(16 * Math.sqrt(8)));
  });

  it('are not made for an architecture that llama.cpp has no names for here', async () => {
    const { adapter, base } = await adapterOf('qwen3');
    assert.equal(ggufLora(adapter, { ...base.config, architecture: 'OtherForCausalLM' }), undefined);
  });

  it('lie beside what a workspace adapter is exported as', async () => {
    const { adapter, base } = await adapterOf('qwen3');
    const files = new WorkspaceFiles(join(temporary(), 'adapters'), base);
    await files.versions('folder').append(adapter, { prompt: [1], response: [2] }, 0);
    const out = join(temporary(), 'out');
    await files.export({ key: 'folder', directory: out });
    assert.deepEqual(new Uint8Array(await readFile(join(out, 'adapter.gguf'))), ggufLora(adapter, base.config));
  });
});
