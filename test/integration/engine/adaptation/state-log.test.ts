import assert from 'node:assert/strict';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StateLog } from '../../../../src/engine/adaptation/state-log.ts';
import { temporaryDirectory } from './temporary.ts';

describe('StateLog', () => {
  const temporary = temporaryDirectory();
  const directory = () => join(temporary(), 'state');
  const log = () => new StateLog(directory(), z.object({ from: z.number() }));

  it('of several changes that follow the same state exactly one counts', async () => {
    for (let at = 0; at < 20; at++) {
      const committed = await Promise.all([1, 2, 3, 4].map((from) => log().commit(at, { from })));
      const [winner] = [1, 2, 3, 4].filter((_, index) => committed[index]);
      assert.equal(committed.filter(Boolean).length, 1, `${committed} at ${at}`);
      const { value, at: now } = await log().read();
      assert.deepEqual([value?.from, now], [winner, at + 1]);
    }
    assert.deepEqual(await readdir(directory()), ['000018.json', '000019.json', '000020.json']);
  });

  it('a change that follows an old state, or one of a folder that was set aside, does not count', async () => {
    for (let at = 0; at < 3; at++) await log().commit(at, { from: at });
    assert.equal(await log().commit(2, { from: 9 }), false);
    assert.equal(await log().commit(4, { from: 9 }), false);
    await rename(directory(), join(temporary(), 'aside'));
    assert.equal(await log().commit(3, { from: 9 }), false);
    assert.deepEqual(await log().read(), { value: undefined, at: 0, notices: [] });
    assert.equal(await log().commit(0, { from: 5 }), true);
    await rm(join(temporary(), 'aside'), { recursive: true });
  });
});
