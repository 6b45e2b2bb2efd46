import assert from 'node:assert/strict';
import { chooseProvider } from '../../src/engine/runtime/choose-provider.ts';
import { selfTest } from '../../src/engine/runtime/provider-selftest.ts';

/** Runs on SwiftShader; what holds on every adapter is asserted, what is special to this one is reported by its name. */
describe('WebGPU', () => {
  it('agrees with the CPU on quantised products, norms and short attention', async () => {
    const { checks, usable } = await selfTest('webgpu', 1);
    assert.equal(usable, true);
    for (const check of checks.filter(({ name }) => name !== 'attention, 40 rows')) {
      assert.ok(check.ok, `${check.name}: ${check.error}`);
    }
  });

  it('reads prompts in chunks of 31 exactly where 40 rows of attention come out wrong', async () => {
    const { checks, prefillChunk, summary } = await selfTest('webgpu', 1);
    const long = checks.find(({ name }) => name === 'attention, 40 rows');
    assert.ok(long);
    assert.equal(prefillChunk, long.ok ? 512 : 31, summary);
  });

  it('is used when asked for by name, with the limit that its self-test found', async () => {
    const chosen = await chooseProvider('webgpu', { threads: 1 });
    assert.equal(chosen.provider, 'webgpu');
    assert.equal(chosen.prefillChunk, chosen.selfTest?.prefillChunk);
    assert.match(chosen.reason, /asked for.*agrees with the CPU/);
  });

  it('auto passes over a software adapter and says how much slower it is', async () => {
    const chosen = await chooseProvider('auto', { threads: 1 });
    assert.equal(chosen.provider, 'cpu');
    assert.match(chosen.reason, /× slower than the CPU.*software adapter.*The CPU is used\./);
  });
});
