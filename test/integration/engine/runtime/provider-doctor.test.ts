import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { diagnose } from '../../../../src/engine/runtime/doctor.ts';
import { makeCheckpoint, smallQwen } from '../checkpoint/support.ts';

describe('doctor', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'retune-doctor-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('reports runtime, providers, memory and cache of this machine as plain JSON', async () => {
    const cacheDirectory = path.join(directory, 'not', 'yet');
    const report = await diagnose({ provider: 'cpu', cacheDirectory });
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
    assert.match(report.version, /^\d+\.\d+\.\d+/);
    assert.match(report.onnxruntime ?? '', /^1\./);
    assert.equal(report.chosen?.provider, 'cpu');
    const cpu = report.providers.find(({ provider }) => provider === 'cpu');
    assert.equal(cpu?.available, true);
    assert.equal(cpu?.checks?.length, 6);
    assert.ok(report.memory.available > 0 && report.memory.available <= report.memory.total);
    assert.equal(report.cache.size, 0);
    assert.ok((report.cache.free ?? 0) > 0);
    assert.deepEqual(report.problems, []);
  });

  it('says of every provider of this build whether it can run and why', async () => {
    const { providers } = await diagnose({ provider: 'cpu', cacheDirectory: directory });
    for (const { reason } of providers) assert.match(reason, /\.$/);
    for (const { available, prefillChunk } of providers) assert.equal(available, prefillChunk !== undefined);
  });

  it('counts the bytes of the cache', async () => {
    mkdirSync(path.join(directory, 'entry'));
    writeFileSync(path.join(directory, 'entry', 'weights.bin'), new Uint8Array(1234));
    assert.equal((await diagnose({ provider: 'cpu', cacheDirectory: directory })).cache.size, 1234);
  });

  it('describes a model with its memory at each precision', async () => {
    const model = path.resolve('test/fixtures/checkpoints/qwen2');
    const report = await diagnose({ provider: 'cpu', cacheDirectory: directory, directory: model });
    assert.deepEqual(report.problems, []);
    assert.equal(report.model?.architecture, 'Qwen2ForCausalLM');
    const { fp32, int8, int4 } = report.model.memory;
    assert.ok(fp32!.weights > int8!.weights && int8!.weights > int4!.weights);
    assert.equal(report.model.unsuitable, undefined);
  });

  it('says which number formats the sizes of a model do not allow', async () => {
    await makeCheckpoint(directory, { config: { ...smallQwen, hidden_size: 72 } });
    copyFileSync('test/fixtures/checkpoints/qwen2/tokenizer.json', path.join(directory, 'tokenizer.json'));
    const report = await diagnose({ provider: 'cpu', cacheDirectory: directory, directory });
    assert.deepEqual(report.problems, []);
    assert.deepEqual(Object.keys(report.model?.memory ?? {}), ['fp32']);
    assert.deepEqual(Object.keys(report.model?.unsuitable ?? {}), ['int8', 'int4']);
    assert.match(report.model?.unsuitable?.int8 ?? '', /72 values, which is not a multiple of 32/);
  });

  it('reports a model without a tokenizer, or with generation defaults that cannot be used', async () => {
    await makeCheckpoint(directory);
    const [problem, ...others] = (await diagnose({ provider: 'cpu', cacheDirectory: directory, directory })).problems;
    assert.match(problem?.what ?? '', /no tokenizer/);
    assert.deepEqual(others, []);
    copyFileSync('test/fixtures/checkpoints/qwen2/tokenizer.json', path.join(directory, 'tokenizer.json'));
    writeFileSync(path.join(directory, 'generation_config.json'), '{"top_p": 7}');
    const { problems, model } = await diagnose({ provider: 'cpu', cacheDirectory: directory, directory });
    assert.match(problems[0]?.why ?? '', /"top_p" is 7/);
    assert.equal(model?.layers, 2);
  });

  it('reports a cache that cannot be written or made', async () => {
    const [file, link] = [path.join(directory, 'file'), path.join(directory, 'link')];
    writeFileSync(file, '');
    const useless = [file, path.join(file, 'below', 'it')];
    if (process.platform !== 'win32') {
      symlinkSync(path.join(directory, 'gone', 'cache'), link);
      useless.push(link);
      // The superuser may write everywhere.
      if (process.getuid?.() !== 0) {
        const closed = path.join(directory, 'closed');
        mkdirSync(closed, 0o500);
        useless.push(closed, path.join(closed, 'below', 'it'));
      }
    }
    for (const cacheDirectory of useless) {
      const { problems } = await diagnose({ provider: 'cpu', cacheDirectory });
      assert.equal(problems.length, 1, cacheDirectory);
      assert.ok(problems[0]?.what.includes(`cannot write to the cache directory ${cacheDirectory}.`));
      assert.deepEqual(problems[0]?.actions, [{ kind: 'option', option: 'cacheDirectory' }]);
    }
  });

  it('reports a directory that is no model, and a provider that cannot run, with remedies', async () => {
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    const { problems, chosen, model } = await diagnose({ provider, cacheDirectory: directory, directory });
    assert.equal(chosen, undefined);
    assert.equal(model, undefined);
    assert.equal(problems.length, 2);
    for (const problem of problems) assert.ok(problem.what && problem.why && problem.remedy);
    assert.match(problems[0]?.what ?? '', new RegExp(provider));
    assert.match(problems[1]?.why ?? '', /config\.json/);
  });
});
