import assert from 'node:assert/strict';
import { engines } from '../../../src/connect/engines.ts';
import { engineOf, openPolicy, openStore } from '../../../src/connect/open-policy.ts';

const never = (): AbortSignal => new AbortController().signal;

describe('the engines', () => {
  it('are chosen by the name before the colon; without one it is the engine that comes with Retune', () => {
    for (const engine of ['', undefined, 'local', 'local:']) {
      assert.equal(engineOf(engine === undefined ? {} : { engine }).name, 'local');
    }
    for (const engine of engines) assert.equal(engineOf({ engine: `${engine.name}:whatever://x:1` }), engine);
  });

  it('have names of their own, and an unknown one is refused with those that there are', async () => {
    assert.equal(new Set(engines.map(({ name }) => name)).size, engines.length);
    const settings = { engine: 'olama:http://127.0.0.1:11434', model: 'm', clientName: 'test' };
    for (const open of [openPolicy, openStore]) {
      const error = await open(settings, {}, never()).then(
        () => assert.fail('it opened'),
        (reason) => reason,
      );
      assert.equal(error.code, 'connect.engine-unknown');
      assert.match(error.message, /"olama".*local/s);
      assert.deepEqual(error.actions[0], { kind: 'option', option: 'engine', value: 'local' });
    }
  });
});
