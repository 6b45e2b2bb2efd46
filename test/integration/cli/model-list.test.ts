import assert from 'node:assert/strict';
import { fixture, fixtureBytes, gguf, Home } from '../../support/model-stores.ts';
import { type Finished, runCli } from './run-cli.ts';

describe('models on the disk', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home();
  });
  afterEach(() => home.remove());

  const cli = (...args: readonly string[]): Promise<Finished> => {
    const { path } = home;
    const env = {
      ...{ HOME: path, USERPROFILE: path, LOCALAPPDATA: path, APPDATA: path, RETUNE_MODEL: '' },
      ...{ XDG_CACHE_HOME: home.at('.cache'), XDG_DATA_HOME: home.at('.local/share'), OLLAMA_MODELS: '' },
      ...{ LLAMA_CACHE: '', HF_HUB_CACHE: '', HUGGINGFACE_HUB_CACHE: '', HF_HOME: '', RETUNE_CACHE: home.at('cache') },
      ...{ RETUNE_MODEL_STORES: 'ollama,hf' },
    };
    return runCli(args, { sidecar: null, env });
  };
  const tiny = () => home.ollama('registry.ollama.ai/library/tiny/latest', fixtureBytes('gguf', 'qwen3.gguf'));

  it('are listed as a table, and as JSON', async () => {
    tiny();
    home.ollama('registry.ollama.ai/library/gemma3/1b', gguf({ 'general.architecture': 'gemma3' }));
    const { code, stdout, stderr } = await cli('model', 'list');
    assert.equal(code, 0, stderr);
    const [headings, first, second, ...rest] = stdout.split('\n');
    assert.match(headings ?? '', /^NAME +SIZE +ARCHITECTURE +PARAMETERS +TYPE +CONTEXT +HERE$/);
    assert.match(first ?? '', /^ollama:tiny:latest +33 KiB +Qwen3 /);
    assert.match(second ?? '', /^ollama:gemma3:1b .* cannot be opened: the architecture gemma3 is not supported$/);
    assert.deepEqual(rest, ['']);
    const { models, notes } = JSON.parse((await cli('model', 'list', '--json')).stdout);
    assert.deepEqual(
      models.map(({ name, opens }: { name: string; opens: boolean }) => [name, opens]),
      [
        ['ollama:tiny:latest', true],
        ['ollama:gemma3:1b', false],
      ],
    );
    assert.deepEqual(notes, []);
  });

  it('are none on a new machine, which is said', async () => {
    const { code, stdout, stderr } = await cli('model', 'list');
    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /^No models of Ollama, .* were found\.$/m);
  });

  it('have names that control no terminal', async () => {
    home.copyCached('org/\u001b[31mred', fixture('checkpoints', 'qwen2'));
    assert.match((await cli('model', 'list')).stdout, /hf:org\/\\u001b\[31mred/);
  });

  it('open by their names', async () => {
    const path = tiny();
    for (const name of ['ollama:tiny', 'tiny:latest', 'ti']) {
      const { code, stdout, stderr } = await cli('model', 'info', '--model', name, '--json');
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).directory, path);
    }
  });

  it('that share the beginning of a name are named in the error', async () => {
    tiny();
    home.copyCached('tiny/qwen2', fixture('checkpoints', 'qwen2'));
    const { code, stderr } = await cli('model', 'info', '--model', 'tin');
    assert.notEqual(code, 0);
    assert.match(stderr, /names several models\.\n.*hf:tiny\/qwen2, ollama:tiny:latest/);
  });

  it('are used without any setting, and a sentence says which', async () => {
    const list = () => cli('adapter', 'list', home.path);
    assert.doesNotMatch((await list()).stderr, /No model is set/);
    home.copyCached('org/tiny-coder', fixture('checkpoints', 'qwen2'));
    const { code, stderr } = await list();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^No model is set: org\/tiny-coder of the Hugging Face cache is used/m);
  });
});
