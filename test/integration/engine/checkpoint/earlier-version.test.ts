import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../../../src/engine/checkpoint/prepare.ts';
import { EarlierState, earlierVersions } from '../../../support/earlier-state.ts';
import { checkpointDirectory } from '../../../support/oracle.ts';

for (const version of earlierVersions) {
  describe(`weights that Retune ${version} converted`, () => {
    it('are found and not converted again, and are those of a conversion now', async () => {
      using earlier = new EarlierState(version);
      const cacheDirectory = earlier.directory('cache');
      const entries = () => readdirSync(cacheDirectory).filter((name) => name !== 'sources');
      const before = entries();
      assert.equal(before.length, 1);
      const checkpoint = await openCheckpoint(checkpointDirectory('linear'), architectures);
      const onProgress = () => assert.fail('it converts');
      const found = await prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory, onProgress });
      assert.equal(found.warm, true);
      assert.deepEqual([entries(), found.directory], [before, path.join(cacheDirectory, before[0]!)]);

      const fresh = path.join(earlier.root, 'fresh');
      const made = await prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: fresh });
      assert.deepEqual([made.warm, made.key], [false, found.key]);
      const bytes = ({ directory, file }: typeof made) => readFileSync(path.join(directory, file));
      assert.ok(bytes(made).equals(bytes(found)));
    });
  });
}
