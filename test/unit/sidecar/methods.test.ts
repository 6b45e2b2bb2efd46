import assert from 'node:assert/strict';
import {
  type Contract,
  functionOf,
  methodNames,
  methods,
  nested,
  toArgument,
  toParams,
} from '../../../src/sidecar/protocol/methods.ts';

describe('the table of the model’s methods', () => {
  it('has the names and parameters that are on the wire since protocol version 2', () => {
    const ref = { model: 'm' };
    const sent = methodNames.map((name) => {
      const { wire, argument } = methods[name];
      return `${wire} ${argument}`;
    });
    assert.deepEqual(sent, [
      'model/countTokens prompt',
      'model/generate request',
      'model/generateBatch requests',
      'model/score request',
      'model/update request',
      'adapters/list none',
      'adapters/create spread',
      'adapters/load spread',
      'adapters/save spread',
      'adapters/reset name',
      'adapters/drop name',
      'workspace/open spread',
      'workspace/accept spread',
      'workspace/state key',
      'workspace/revert key',
      'workspace/export spread',
      'workspace/reset key',
    ]);
    const spec = { name: 'a', kind: 'session', rank: 4 } as const;
    assert.deepEqual({ ...ref, ...toParams('adapters.create', spec) }, { model: 'm', ...spec });
    assert.deepEqual(toParams('adapters.drop', 'a'), { name: 'a' });
    assert.deepEqual(toParams('adapters.list', undefined), {});
  });

  it('gives back the argument that was sent, without what the request carries besides', () => {
    const spec = { key: 'k', directory: '/d' };
    const sent = { model: 'm', ...toParams('workspace.export', spec) };
    assert.deepEqual(toArgument('workspace.export', sent), spec);
    const request = { prompt: { text: 'x' } };
    assert.deepEqual(
      toArgument('generate', { model: 'm', progressToken: 't', ...toParams('generate', request) }),
      request,
    );
    const unopened = { checkpoint: '/c', ...toParams('workspace.state', 'k') };
    assert.equal(toArgument('workspace.state', unopened), 'k');
  });

  it('finds in a policy the function that a name stands for, bound to its owner', async () => {
    const named = Object.fromEntries(methodNames.map((name) => [name, async () => name]));
    const policy = nested(named as unknown as Contract);
    for (const name of methodNames) {
      const call = functionOf(policy, name) as (argument: unknown, signal: AbortSignal) => unknown;
      assert.equal(await call(undefined, new AbortController().signal), name);
    }
    class Adapters {
      readonly #names = ['a'];
      async list(): Promise<readonly string[]> {
        return this.#names;
      }
    }
    const list = functionOf({ ...policy, adapters: new Adapters() } as never, 'adapters.list');
    assert.deepEqual(await list(undefined, new AbortController().signal), ['a']);
  });
});
