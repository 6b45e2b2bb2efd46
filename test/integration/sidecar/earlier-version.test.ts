import assert from 'node:assert/strict';
import path from 'node:path';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import type { Engine } from '../../../src/sidecar/server/engine.ts';
import { ModelHost } from '../../../src/sidecar/server/model-host.ts';
import { EarlierState, earlierVersions } from '../../support/earlier-state.ts';
import { checkpointDirectory } from '../../support/oracle.ts';
import { never } from './fixture.ts';

for (const version of earlierVersions) {
  describe(`sidecar: the journal of a Retune ${version} that was killed`, () => {
    it('gives its adapters back', async () => {
      using earlier = new EarlierState(version);
      const warnings: string[] = [];
      const host = new ModelHost(
        { state: earlier.directory('sidecar'), adapters: path.join(earlier.state, 'adapters') },
        { adaptersChanged: () => undefined, warn: (message) => warnings.push(message) },
      );
      const cacheDirectory = path.join(earlier.root, 'fresh-cache');
      const directory = checkpointDirectory('linear');
      const options = { directory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory } as const;
      const opening = { model: 'm', options, restore: true };
      const opened = await host.open({ openModel } as Engine, opening, () => undefined, never());
      try {
        assert.deepEqual([opened.lost, warnings], [[], []]);
        assert.deepEqual(opened.adapters, [
          { name: 'trained', kind: 'session', rank: 1, alpha: 2, updates: 1, version: 0 },
        ]);
        const score = async (adapter: object) => {
          const request = { prompt: { tokens: [1, 2, 3] }, completion: { tokens: [4, 5, 6] }, ...adapter };
          return (await host.call('score', 'm', request, () => undefined, never())).logprobs;
        };
        const base = await score({});
        assert.notDeepEqual(await score({ adapter: { session: 'trained' } }), base);
        assert.deepEqual(await score({ adapter: { workspace: 'workspace' } }), base, 'where nothing was learnt');
      } finally {
        await host.close('m', never());
      }
    });
  });
}
