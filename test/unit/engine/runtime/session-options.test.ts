import assert from 'node:assert/strict';
import { ortLogLevel } from '../../../../src/engine/runtime/ort.ts';
import { sessionOptions } from '../../../../src/engine/runtime/session-options.ts';

describe('session options', () => {
  const session = (kind: 'decode' | 'train') =>
    sessionOptions('cpu', { threads: 2, kind }).extra?.session as Record<string, unknown>;

  it('lets threads spin for a moment between the operators of a token, and never in training', () => {
    assert.deepEqual(session('decode').intra_op, { allow_spinning: '1', spin_duration_us: '50' });
    assert.deepEqual(session('train').intra_op, { allow_spinning: '0' });
  });

  it('prepacks and optimises for decoding, not for training', () => {
    assert.equal(session('decode').disable_prepacking, undefined);
    assert.equal(session('train').disable_prepacking, '1');
    assert.equal(sessionOptions('cpu', { threads: 1, kind: 'decode' }).graphOptimizationLevel, 'all');
    assert.equal(sessionOptions('cpu', { threads: 1, kind: 'train' }).graphOptimizationLevel, 'disabled');
  });

  it('keeps the CPU behind every other provider', () => {
    assert.deepEqual(sessionOptions('webgpu', { threads: 1, kind: 'decode' }).executionProviders, ['webgpu', 'cpu']);
    assert.deepEqual(sessionOptions('cpu', { threads: 1, kind: 'decode' }).executionProviders, ['cpu']);
  });

  it('is silent unless RETUNE_ORT_LOG names a level', () => {
    assert.equal(ortLogLevel({}), 'fatal');
    assert.equal(ortLogLevel({ RETUNE_ORT_LOG: 'Verbose' }), 'verbose');
    assert.equal(ortLogLevel({ RETUNE_ORT_LOG: 'loud' }), 'fatal');
  });
});
