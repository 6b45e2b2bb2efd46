import assert from 'node:assert/strict';
import type { FoundModel } from '../../../src/models/found-model.ts';
import { modelNamed } from '../../../src/models/named-model.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';

function model(fullName: string, more: Partial<FoundModel> = {}): FoundModel {
  const [store = '', ...rest] = fullName.split(':');
  const name = rest.join(':');
  return {
    name,
    fullName,
    store,
    storeTitle: store,
    path: `/${name}`,
    format: 'gguf',
    bytes: 1,
    adapts: true,
    ...more,
  };
}

describe('a model that is named', () => {
  const models = [
    model('ollama:qwen2.5-coder:1.5b'),
    model('ollama:qwen2.5-coder:latest'),
    model('ollama:gemma:2b', { obstacle: 'the architecture gemma is not supported' }),
    model('hf:Qwen/Qwen2.5-Coder-0.5B-Instruct'),
    model('hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/q4.gguf'),
    model('jan:same'),
    model('lmstudio:same'),
  ];
  const named = (name: string) => modelNamed(name, () => models)?.fullName;
  const refused = (name: string, code: string): RetuneError => {
    let thrown: unknown;
    try {
      named(name);
    } catch (error) {
      thrown = error;
    }
    assert.ok(thrown instanceof RetuneError, name);
    assert.equal(thrown.code, code);
    return thrown;
  };

  it('is the one with that name, with or without its store, in any case', () => {
    assert.equal(named('ollama:qwen2.5-coder:1.5b'), 'ollama:qwen2.5-coder:1.5b');
    assert.equal(named('qwen2.5-coder:1.5b'), 'ollama:qwen2.5-coder:1.5b');
    assert.equal(named('qwen/qwen2.5-coder-0.5b-instruct'), 'hf:Qwen/Qwen2.5-Coder-0.5B-Instruct');
  });

  it('has the tag latest where none is given', () => {
    assert.equal(named('ollama:qwen2.5-coder'), 'ollama:qwen2.5-coder:latest');
  });

  it('may be named by a beginning that no other model shares', () => {
    assert.equal(named('hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-G'), 'hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/q4.gguf');
    assert.equal(named('ollama:qwen2.5-coder:1'), 'ollama:qwen2.5-coder:1.5b');
  });

  it('must not be several', () => {
    assert.match(refused('same', 'models.ambiguous').why, /jan:same, lmstudio:same/);
    assert.match(refused('Qwen/', 'models.ambiguous').why, /Instruct, hf:.*q4\.gguf/);
    assert.deepEqual(
      refused('same', 'models.ambiguous').actions.map((action) => action.kind === 'option' && action.value),
      ['jan:same', 'lmstudio:same'],
    );
  });

  it('that does not exist is an error when its store was named, else perhaps a path', () => {
    assert.match(refused('ollama:llama3', 'models.not-found').why, /ollama:gemma:2b/);
    assert.match(refused('gpt4all:x', 'models.not-found').why, /No model of GPT4All/);
    assert.equal(named('models/x'), undefined);
  });

  it('must be one that can be opened', () => {
    assert.match(refused('gemma', 'models.unusable').why, /gemma is not supported/);
  });

  it('is not looked for where a path was given', () => {
    const never = () => assert.fail('was looked for');
    for (const path of ['', '.', './x', '../x', '/x', '~/x', 'C:\\x', 'c:/x', 'src']) {
      assert.equal(modelNamed(path, never), undefined, path);
    }
  });
});
