import assert from 'node:assert/strict';
import { architectures } from '../../../src/engine/architectures/index.ts';
import { ggufArchitecture } from '../../../src/engine/gguf/architectures.ts';
import { Metadata } from '../../../src/engine/gguf/metadata.ts';
import { preTokenizerNames } from '../../../src/engine/gguf/pre-tokenizers.ts';
import { ggufTypes } from '../../../src/engine/gguf/types.ts';
import { openedClasses, openedGguf } from '../../../src/models/architectures.ts';
import { isReadTokenizer } from '../../../src/models/gguf-tokenizers.ts';
import { bitsPerWeight, isUnreadableType } from '../../../src/models/gguf-types.ts';
import { parametersIn } from '../../../src/models/parameters-in.ts';

describe('what is known of models before the engine is started', () => {
  it('is what the engine opens', () => {
    assert.deepEqual([...openedClasses].sort(), architectures.map(({ name }) => name).sort());
    let supported: unknown;
    try {
      ggufArchitecture(new Metadata('/x', new Map([['general.architecture', 'none']])));
    } catch (error) {
      supported = (error as { data: { supported: readonly string[] } }).data.supported;
    }
    assert.deepEqual([...openedGguf].sort(), [...(supported as readonly string[])].sort());
  });

  it('is which tokenizers and types it reads', () => {
    for (const name of [...preTokenizerNames, 'default']) assert.equal(isReadTokenizer(name), true, name);
    for (const name of ['bloom', 'deepseek-llm', '']) assert.equal(isReadTokenizer(name), false, name);
    for (const { name } of ggufTypes.values()) assert.equal(isUnreadableType(name), false, name);
  });

  it('is about how many bits a weight takes', () => {
    assert.deepEqual(['F32', 'BF16', 'Q8_0', 'Q4_K_M', 'IQ4_XS'].map(bitsPerWeight), [32, 16, 8.75, 4.75, 4.75]);
  });

  it('is the number of parameters that a name tells', () => {
    assert.equal(parametersIn('qwen2.5-coder-1.5b-instruct'), 1.5e9);
    assert.equal(parametersIn('SmolLM2-135M'), 135e6);
    assert.equal(parametersIn('qwen2.5-coder:7b'), 7e9);
    assert.equal(parametersIn('Mixtral-8x7B-v0.1'), 56e9);
    assert.equal(parametersIn('model-q4_k_m'), undefined);
    assert.equal(parametersIn('phi-3-mini-4k-instruct'), undefined);
  });
});
