import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.ts';

const checkpoint = fileURLToPath(new URL('../../fixtures/checkpoints/qwen2', import.meta.url));

describe('command line with the real engine', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-cli-engine-'));
    writeFileSync(join(directory, 'prompt.txt'), 'def add(a, b):\n');
    writeFileSync(join(directory, 'completion.txt'), '    return a - b\n');
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const model = ['--model', checkpoint, '--dtype', 'fp32', '--provider', 'cpu', '--json'];
  const files = ['--prompt-file', 'prompt.txt', '--completion-file', 'completion.txt'];
  const run = async (command: string, ...args: string[]) => {
    const env = { XDG_CACHE_HOME: join(directory, 'cache') };
    const { code, stdout, stderr } = await runCli(['model', command, ...model, ...args], {
      sidecar: null,
      cwd: directory,
      env,
    });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

  it('adapt lowers what was rejected, as score with the written adapter shows', async () => {
    const raw = await run('score', ...files, '--raw');
    const args = [
      '--raw',
      '--reward',
      '-1',
      '--solver',
      'gauss-newton',
      '--rank',
      '4',
      '--seed',
      '3',
      '--out',
      'adapter',
    ];
    const report = await run('adapt', ...files, ...args);
    assert.equal(report.accepted, true);
    assert.equal(report.out, join(directory, 'adapter'));
    assert.equal(report.responseTokens, raw.completionTokens.length);
    assert.ok(Math.abs(report.logProbBefore - sum(raw.logprobs)) < 1e-3);
    const config = JSON.parse(readFileSync(join(directory, 'adapter', 'adapter_config.json'), 'utf8'));
    assert.deepEqual([config.peft_type, config.r], ['LORA', 4]);
    assert.ok(readdirSync(join(directory, 'adapter')).includes('adapter_model.safetensors'));
    const adapted = await run('score', ...files, '--raw', '--adapter', 'adapter');
    assert.ok(Math.abs(sum(adapted.logprobs) - report.logProbAfter) < 1e-3);
    assert.ok(report.logProbAfter < report.logProbBefore);
    const rendered = await run('score', ...files);
    assert.ok(rendered.promptTokens.length > raw.promptTokens.length, 'no template without --raw');
  });

  it('generate with a seed answers the same twice', async () => {
    const args = ['--prompt', 'def add', '--max-tokens', '12', '--temperature', '1', '--seed', '11'];
    const [one, two] = [await run('generate', ...args), await run('generate', ...args)];
    assert.deepEqual(one.responseTokens, two.responseTokens);
    assert.equal(one.seed, 11);
  });
});
