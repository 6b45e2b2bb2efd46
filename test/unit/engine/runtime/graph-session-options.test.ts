import assert from 'node:assert/strict';
import { graphSessionOptions } from '../../../../src/engine/runtime/graph-session-options.ts';
import { ortLogLevel } from '../../../../src/engine/runtime/ort.ts';
import { loadProvider, type Provider } from '../../../../src/engine/runtime/provider.ts';
import { providerNames } from '../../../../src/policy/provider.ts';

describe('session options', () => {
  let cpu: Provider;
  before(async () => {
    cpu = await loadProvider('cpu');
  });
  const session = (kind: 'decode' | 'train') =>
    graphSessionOptions(cpu, { threads: 2, kind }).extra?.session as Record<string, unknown>;

  it('lets threads spin for a moment between the operators of a token, and never in training', () => {
    assert.deepEqual(session('decode').intra_op, { allow_spinning: '1', spin_duration_us: '50' });
    assert.deepEqual(session('train').intra_op, { allow_spinning: '0' });
  });

  it('prepacks and optimises for decoding, not for training', () => {
    assert.equal(session('decode').disable_prepacking, undefined);
    assert.equal(session('train').disable_prepacking, '1');
    assert.equal(graphSessionOptions(cpu, { threads: 1, kind: 'decode' }).graphOptimizationLevel, 'all');
    assert.equal(graphSessionOptions(cpu, { threads: 1, kind: 'train' }).graphOptimizationLevel, 'disabled');
  });

  it('keeps the CPU behind every other provider', async () => {
    for (const name of providerNames) {
      const { executionProviders } = graphSessionOptions(await loadProvider(name), { threads: 1, kind: 'decode' });
      assert.equal(executionProviders?.[0], name);
      assert.equal(executionProviders?.at(-1), 'cpu');
    }
    assert.deepEqual(graphSessionOptions(cpu, { threads: 1, kind: 'decode' }).executionProviders, ['cpu']);
  });

  it('has a memory pattern where the provider can start with one', async () => {
    const decode = { threads: 1, kind: 'decode' } as const;
    assert.equal(graphSessionOptions(cpu, decode).enableMemPattern, true);
    assert.equal(graphSessionOptions(await loadProvider('dml'), decode).enableMemPattern, false);
  });

  it('is silent unless RETUNE_ORT_LOG names a level', () => {
    assert.equal(ortLogLevel({}), 'fatal');
    assert.equal(ortLogLevel({ RETUNE_ORT_LOG: 'Verbose' }), 'verbose');
    assert.equal(ortLogLevel({ RETUNE_ORT_LOG: 'loud' }), 'fatal');
  });
});
