import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { diagnose } from '../../../src/engine/runtime/doctor.ts';

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
    assert.ok(fp32.weights > int8.weights && int8.weights > int4.weights);
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
