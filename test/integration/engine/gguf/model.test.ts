import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalModel } from '../../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../../src/engine/runtime/open-model.ts';
import type { OpenModelOptions } from '../../../../src/policy/open-options.ts';
import { collectGeneration } from '../../../support/collect-generation.ts';
import { packCheckpoint, writeGguf } from '../../../support/gguf.ts';
import { checkpointDirectory, fixture, readJson, relativeError } from '../../../support/oracle.ts';

const never = new AbortController().signal;

interface Oracle {
  readonly prompt: readonly number[];
  readonly greedyPrompt: readonly number[];
  readonly greedyTokens: readonly number[];
  readonly logprobs?: readonly number[];
}

describe('a GGUF file as a model', () => {
  let scratch: string;
  const opened: LocalModel[] = [];
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-test-'));
  });
  afterEach(async () => {
    for (const model of opened.splice(0)) await model.dispose();
    await rm(scratch, { recursive: true, force: true });
  });

  const open = async (directory: string, options: Partial<OpenModelOptions> = {}): Promise<LocalModel> => {
    const defaults = { provider: 'cpu', threads: 1, cacheDirectory: join(scratch, 'cache') } as const;
    const model = await openModel({ directory, ...defaults, ...options }, {}, never);
    opened.push(model);
    return model;
  };

  const pair = ({ prompt }: Oracle) => {
    return { prompt: { tokens: prompt.slice(0, 40) }, completion: { tokens: prompt.slice(40) } };
  };

  for (const name of ['qwen2', 'qwen3', 'llama-bias', 'linear', 'yarn', 'mistral', 'mistral-window'] as const) {
    it(`${name}: continues and scores as the directory that it was made of`, async () => {
      const oracle = readJson<Oracle>('checkpoints', name, 'oracle.json');
      const path = join(scratch, 'model.gguf');
      await writeGguf(path, ...(await packCheckpoint(name)));
      const model = await open(path, { dtype: 'fp32' });
      const prompt = { tokens: oracle.greedyPrompt };
      const request = { prompt, maxTokens: 64, sampling: { temperature: 0, repetitionPenalty: 1 } };
      const { responseTokens } = await collectGeneration(model.generate(request, never));
      assert.deepEqual(responseTokens, oracle.greedyTokens);
      const found = await model.score(pair(oracle), never);
      const expected = await (await open(checkpointDirectory(name), { dtype: 'fp32' })).score(pair(oracle), never);
      assert.deepEqual(found.logprobs, expected.logprobs);
    });
  }

  it('scores in the number format of the file as in fp32', async () => {
    const oracle = readJson<Oracle>('checkpoints', 'llama', 'oracle.json');
    const path = fixture('gguf', 'llama-00001-of-00002.gguf');
    const packed = await (await open(path)).score(pair(oracle), never);
    const exact = await (await open(path, { dtype: 'fp32' })).score(pair(oracle), never);
    assert.ok(relativeError(packed.logprobs, exact.logprobs) < 1e-6);
    const directory = await open(checkpointDirectory('llama'), { dtype: 'fp32' });
    const original = await directory.score(pair(oracle), never);
    const error = relativeError(packed.logprobs, original.logprobs);
    assert.ok(error > 0 && error < 0.05, `${error}`);
  });

  it('describes itself by its path, and takes no more than what it is given', async () => {
    const { info } = await open(fixture('gguf', 'llama-00002-of-00002.gguf'));
    assert.equal(info.directory, fixture('gguf', 'llama-00001-of-00002.gguf'));
    assert.equal(info.architecture, 'LlamaForCausalLM');
    assert.equal(info.hasChatTemplate, true);
  });

  it('is adapted, and its adapter fits every copy of the file and nothing else', async () => {
    const path = fixture('gguf', 'qwen3.gguf');
    const model = await open(path);
    await model.adapters.create({ name: 'learnt', kind: 'session', seed: 1 });
    const oracle = readJson<Oracle>('checkpoints', 'qwen3', 'oracle.json');
    const before = await model.score({ ...pair(oracle), adapter: { session: 'learnt' } }, never);
    const report = await model.update(
      {
        adapter: { session: 'learnt', train: 'session' },
        promptTokens: oracle.prompt.slice(0, 40),
        responseTokens: oracle.prompt.slice(40),
        reward: -1,
      },
      never,
    );
    assert.equal(report.accepted, true, JSON.stringify(report));
    const after = await model.score({ ...pair(oracle), adapter: { session: 'learnt' } }, never);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    assert.ok(sum(after.logprobs) < sum(before.logprobs));

    const directory = join(scratch, 'adapter');
    await model.adapters.save({ name: 'learnt', directory });
    const config = JSON.parse(await readFile(join(directory, 'adapter_config.json'), 'utf8'));
    assert.equal(config.base_model_name_or_path, path);
    const copy = join(scratch, 'copy.gguf');
    await copyFile(path, copy);
    const second = await open(copy);
    await second.adapters.load({ name: 'learnt', kind: 'session', directory });
    const again = await second.score({ ...pair(oracle), adapter: { session: 'learnt' } }, never);
    assert.deepEqual(again.logprobs, after.logprobs);
    const other = await open(checkpointDirectory('qwen3'));
    await assert.rejects(other.adapters.load({ name: 'learnt', kind: 'session', directory }), {
      code: 'adaptation.other-base',
    });
  });
});
