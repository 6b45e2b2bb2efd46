import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../../src/models/place.ts';
import { fixture, fixtureBytes, gguf, Home } from '../../support/model-stores.ts';

describe('models of other programs', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home();
  });
  afterEach(() => home.remove());

  const names = (place: Partial<Place> = {}) =>
    home
      .find(place)
      .models.map(({ fullName }) => fullName)
      .sort();
  const only = (place: Partial<Place> = {}) => {
    const { models } = home.find(place);
    assert.equal(models.length, 1);
    return models[0]!;
  };

  it('are none on a new machine', () => {
    assert.deepEqual(home.find(), { models: [], notes: [] });
  });

  describe('of Ollama', () => {
    const usual = 'registry.ollama.ai/library';

    it('are found through their manifests, with what the header says', () => {
      const path = home.ollama(`${usual}/qwen2.5-coder/1.5b`, gguf());
      const { bytes, ...found } = only();
      assert.ok(bytes > 0);
      assert.deepEqual(found, {
        name: 'qwen2.5-coder:1.5b',
        fullName: 'ollama:qwen2.5-coder:1.5b',
        store: 'ollama',
        storeTitle: 'Ollama',
        path,
        format: 'gguf',
        architecture: 'Qwen2',
        type: 'Q4_K_M',
        parameters: 1.5e9,
        contextLength: 32768,
        hasChatTemplate: true,
        adapts: true,
      });
    });

    it('are called as Ollama calls them', () => {
      home.ollama(`${usual}/a/latest`, gguf({}, 'a'));
      home.ollama('registry.ollama.ai/mine/b/q8', gguf({}, 'b'));
      home.ollama('hf.co/org/c-GGUF/Q4_K_M', gguf({}, 'c'));
      assert.deepEqual(names(), ['ollama:a:latest', 'ollama:hf.co/org/c-GGUF:Q4_K_M', 'ollama:mine/b:q8']);
    });

    it('are looked for where OLLAMA_MODELS says, and only there', () => {
      home.ollama(`${usual}/a/latest`, gguf());
      mkdirSync(home.at('elsewhere'));
      assert.deepEqual(names({ env: { OLLAMA_MODELS: home.at('elsewhere') } }), []);
      assert.deepEqual(names({ env: { OLLAMA_MODELS: '~/.ollama/models' } }), ['ollama:a:latest']);
    });

    it('with the fixtures of real files say what those say', () => {
      home.ollama(`${usual}/tiny/latest`, fixtureBytes('gguf', 'qwen3.gguf'));
      const { architecture, obstacle } = only();
      assert.equal(architecture, 'Qwen3');
      assert.equal(obstacle, undefined);
    });

    it('with broken manifests are left out with a note', () => {
      const manifests = '.ollama/models/manifests/registry.ollama.ai/library';
      const layer = (digest: string) => {
        return { layers: [{ mediaType: 'application/vnd.ollama.image.model', digest, size: 1 }] };
      };
      home.write('.ollama/models/secret', gguf());
      home.write(`${manifests}/a/no-json`, '{');
      home.write(`${manifests}/a/no-layers`, '{"layers": 1}');
      home.write(`${manifests}/a/no-model`, '{"layers": []}');
      home.write(`${manifests}/a/escapes`, JSON.stringify(layer('sha256:../../secret')));
      home.write(`${manifests}/a/missing`, JSON.stringify(layer(`sha256:${'0'.repeat(64)}`)));
      home.write(`${manifests}/a/large`, ' '.repeat((1 << 20) + 1));
      home.link(`${manifests}/a/dangling`, '/nowhere');
      home.ollama(`${usual}/a/good`, gguf());
      const { models, notes } = home.find();
      assert.deepEqual(
        models.map(({ fullName }) => fullName),
        ['ollama:a:good'],
      );
      for (const name of ['no-json', 'no-layers', 'no-model', 'escapes', 'missing', 'large', 'dangling']) {
        assert.ok(
          notes.some((note) => note.includes(name)),
          `${name}: ${notes.join('\n')}`,
        );
      }
    });

    it('with an adapter of their own are listed, and cannot be opened', () => {
      const adapter = { mediaType: 'application/vnd.ollama.image.adapter', digest: `sha256:${'0'.repeat(64)}` };
      home.ollama(`${usual}/a/latest`, gguf(), [adapter]);
      assert.match(only().obstacle ?? '', /adapter/);
    });
  });

  describe('of the Hugging Face cache', () => {
    const cached = (root: string, repository: string, commit = 'a'.repeat(40)) => {
      home.write(`${root}/models--${repository}/refs/main`, commit);
      return `${root}/models--${repository}/snapshots/${commit}`;
    };

    it('are directories and GGUF files of the snapshot that main names, through links', () => {
      const snapshot = cached('.cache/huggingface/hub', 'Org--Coder-1B');
      home.copy(snapshot, fixture('checkpoints', 'qwen2'));
      home.write('.cache/huggingface/hub/models--Org--Coder-1B/snapshots/old/config.json', '{}');
      const blob = home.write('.cache/huggingface/hub/models--Org--Coder-1B/blobs/1', gguf());
      home.link(`${snapshot}/model-Q4.gguf`, blob);
      home.link(`${snapshot}/mmproj-model.gguf`, blob);
      assert.deepEqual(names(), ['hf:Org/Coder-1B', 'hf:Org/Coder-1B/model-Q4.gguf']);
      const model = home.find().models.find(({ format }) => format === 'directory');
      assert.equal(model?.architecture, 'Qwen2');
      assert.equal(model?.path, home.at(snapshot));
      assert.equal(model?.type, 'bfloat16');
      assert.equal(model?.obstacle, undefined);
    });

    it('are looked for where the first variable says that is set', () => {
      for (const root of ['a', 'b', 'c', 'd/hub', 'e/huggingface/hub']) {
        home.write(`${cached(root, `org--${root[0]}`)}/x.gguf`, gguf());
      }
      const environment = {
        HF_HUB_CACHE: home.at('a'),
        HUGGINGFACE_HUB_CACHE: home.at('b'),
        HF_HOME: home.at('d'),
        XDG_CACHE_HOME: home.at('e'),
      };
      const { HF_HUB_CACHE: _, ...second } = environment;
      const { HUGGINGFACE_HUB_CACHE: __, ...third } = second;
      const { HF_HOME: ___, ...fourth } = third;
      assert.deepEqual(names({ env: environment }), ['hf:org/a/x.gguf']);
      assert.deepEqual(names({ env: second }), ['hf:org/b/x.gguf']);
      assert.deepEqual(names({ env: third }), ['hf:org/d/x.gguf']);
      assert.deepEqual(names({ env: fourth }), ['hf:org/e/x.gguf']);
      assert.deepEqual(names({ env: { ...third, LLAMA_CACHE: home.at('c') } }), ['hf:org/c/x.gguf', 'hf:org/d/x.gguf']);
    });

    it('with links out of the store are not read', () => {
      const outside = home.write('private/x.gguf', gguf());
      home.link(`${cached('.cache/huggingface/hub', 'org--a')}/x.gguf`, outside);
      const { models, notes } = home.find();
      assert.deepEqual(models, []);
      assert.match(notes.join(), /link out of the store/);
    });

    it('that were not downloaded to the end, or quantised by others, say so', () => {
      const config = (more: object) => JSON.stringify({ architectures: ['Qwen2ForCausalLM'], ...more });
      const obstacle = (repository: string, files: Readonly<Record<string, string>>) => {
        const snapshot = cached('.cache/huggingface/hub', repository);
        for (const [name, content] of Object.entries(files)) home.write(`${snapshot}/${name}`, content);
        return home.find().models.find(({ name }) => name === repository.replace('--', '/'))?.obstacle ?? '';
      };
      const whole = { 'config.json': config({}), 'tokenizer.json': '{}', 'model.safetensors': 'x' };
      const { 'tokenizer.json': _, ...noTokenizer } = whole;
      const { 'model.safetensors': __, ...noWeights } = whole;
      const quantised = { ...whole, 'config.json': config({ quantization_config: { quant_method: 'awq' } }) };
      const foreign = { ...whole, 'config.json': '{"architectures":["GemmaForCausalLM"]}' };
      assert.equal(obstacle('o--whole', whole), '');
      assert.match(obstacle('o--no-tokenizer', noTokenizer), /tokenizer\.json is missing/);
      assert.match(obstacle('o--part', { ...noWeights, 'model-00001-of-00002.safetensors': 'x' }), /only 1 of its 2/);
      assert.match(obstacle('o--quantised', quantised), /quantised by another program/);
      assert.match(obstacle('o--foreign', foreign), /GemmaForCausalLM is not supported/);
      assert.match(obstacle('o--hostile', { ...whole, 'config.json': '[' }), /config\.json cannot be read/);
    });
  });

  describe('of other stores are found on', () => {
    const flat = (way: string) => home.write(`${way}/m.gguf`, gguf());

    it('Linux', () => {
      flat('.cache/llama.cpp');
      flat('.lmstudio/models/lmstudio-community/repo');
      home.write('.local/share/Jan/data/llamacpp/models/qwen/model.gguf', gguf());
      flat('.local/share/nomic.ai/GPT4All');
      const all = ['gpt4all:m.gguf', 'jan:qwen', 'llama.cpp:m.gguf', 'lmstudio:lmstudio-community/repo/m.gguf'];
      assert.deepEqual(names(), all);
      assert.deepEqual(names({ env: { RETUNE_MODEL_STORES: 'jan, llama.cpp' } }), ['jan:qwen', 'llama.cpp:m.gguf']);
      assert.deepEqual(names({ env: { RETUNE_MODEL_STORES: 'none' } }), []);
    });

    it('macOS', () => {
      flat('Library/Caches/llama.cpp');
      flat('.cache/lm-studio/models/p/r');
      home.write('Library/Application Support/Jan/data/llamacpp/models/org/qwen/model.gguf', gguf());
      flat('Library/Application Support/nomic.ai/GPT4All');
      const all = ['gpt4all:m.gguf', 'jan:org/qwen', 'llama.cpp:m.gguf', 'lmstudio:p/r/m.gguf'];
      assert.deepEqual(names({ platform: 'darwin' }), all);
    });

    it('Windows', () => {
      flat('AppData/Local/llama.cpp');
      flat('AppData/Local/nomic.ai/GPT4All');
      home.write('AppData/Roaming/Jan/data/llamacpp/models/qwen/model.gguf', gguf());
      assert.deepEqual(names({ platform: 'win32' }), ['gpt4all:m.gguf', 'jan:qwen', 'llama.cpp:m.gguf']);
      flat('local/llama.cpp');
      const env = { LOCALAPPDATA: home.at('local'), APPDATA: home.at('roaming') };
      assert.deepEqual(names({ platform: 'win32', env }), ['llama.cpp:m.gguf']);
    });

    it('a disk to which LM Studio was moved', () => {
      flat('moved/models/p/r');
      home.write('.lmstudio-home-pointer', `${home.at('moved')}\n`);
      assert.deepEqual(names(), ['lmstudio:p/r/m.gguf']);
      home.write('.lmstudio-home-pointer', 'x'.repeat(10_000));
      assert.deepEqual(names(), []);
    });
  });

  it('that are split are one, and lack what is not there', () => {
    for (const part of [1, 2]) {
      const name = `llama-0000${part}-of-00002.gguf`;
      home.write(`.cache/llama.cpp/${name}`, fixtureBytes('gguf', name));
    }
    home.write('.cache/llama.cpp/half-00001-of-00002.gguf', gguf());
    const [whole, half] = home.find().models;
    assert.equal(whole?.name, 'llama-00001-of-00002.gguf');
    assert.equal(whole.bytes, 46368 + 17472);
    assert.equal(whole.obstacle, undefined);
    assert.match(half?.obstacle ?? '', /only 1 of its 2 files/);
  });

  it('that cannot be opened say why', () => {
    const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
      ['architecture', gguf({ 'general.architecture': 'gemma3' }), /gemma3 is not supported/],
      ['experts', gguf({ 'qwen2.expert_count': 8 }), /mixtures of experts/],
      ['tokenizer', gguf({ 'tokenizer.ggml.pre': 'bloom' }), /bloom is not supported/],
      ['type', gguf({ 'general.file_type': 24 }), /IQ1_S are not supported/],
      ['none', new TextEncoder().encode('<!doctype html>'), /no GGUF file/],
      ['empty', new Uint8Array(), /no GGUF file/],
      ['short', gguf().slice(0, 40), /does not say which architecture/],
    ];
    for (const [name, bytes] of cases) home.write(`.cache/llama.cpp/${name}.gguf`, bytes);
    const { models } = home.find();
    assert.equal(models.length, cases.length);
    for (const [name, , why] of cases) {
      assert.match(models.find((model) => model.name === `${name}.gguf`)?.obstacle ?? '', why, name);
    }
  });

  it('in folders that cannot be read are left out with a note', function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    home.write('.lmstudio/models/p/r/m.gguf', gguf());
    home.write('.lmstudio/models/q/r/m.gguf', gguf());
    chmodSync(home.at('.lmstudio/models/q'), 0);
    const { models, notes } = home.find();
    chmodSync(home.at('.lmstudio/models/q'), 0o700);
    assert.equal(models.length, 1);
    assert.match(notes.join(), /cannot be read \(EACCES\)/);
  });

  it('that are a file where a folder should be are no error', () => {
    home.write('.ollama/models', 'no folder');
    home.write('.cache/huggingface/hub/models--a--b/snapshots', 'no folder');
    home.link('.cache/llama.cpp', join(home.path, '.cache', 'llama.cpp'));
    const { models, notes } = home.find();
    assert.deepEqual(models, []);
    assert.match(notes.join(), /cannot be read \(ELOOP\)/);
  });

  it('among thousands of files are found, up to a bound', () => {
    mkdirSync(home.at('.cache/llama.cpp'), { recursive: true });
    for (let index = 0; index < 3000; index++) home.write(`.cache/llama.cpp/${index}.etag`, '');
    home.write('.cache/llama.cpp/z.gguf', gguf());
    assert.deepEqual(names(), ['llama.cpp:z.gguf']);
  });
});
