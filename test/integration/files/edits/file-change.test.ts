import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskState } from '../../../../src/files/edits/disk-state.ts';
import {
  commit,
  type PendingChange,
  replacedAsExpected,
  rollBack,
  stage,
  tidy,
} from '../../../../src/files/edits/file-change.ts';
import { sha256Of } from '../../../../src/files/edits/sha256.ts';

/** The moments between the steps of a write, one after the other, where a race would need luck. */
describe('one file of a change', () => {
  let folder: string;
  let real: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retune-change-'));
    real = join(folder, 'a.js');
    writeFileSync(real, 'old');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const staged = async (to: string | null, from: string | null = 'old'): Promise<PendingChange> => {
    const pending: PendingChange = {
      path: 'a.js',
      real,
      bytes: to === null ? null : Buffer.from(to),
      expected: from === null ? null : sha256Of(Buffer.from(from)),
      mode: 0o644,
      state: await diskState(real),
      committed: false,
    };
    await stage(pending);
    return pending;
  };
  const content = () => readFileSync(real, 'utf8');

  it('is not replaced when someone has written to it, or put another file there', async () => {
    for (const change of [
      () => writeFileSync(real, 'theirs'),
      () => {
        writeFileSync(`${real}.swap`, 'theirs');
        renameSync(`${real}.swap`, real);
      },
    ]) {
      writeFileSync(real, 'old');
      const pending = await staged('new');
      change();
      assert.equal(await commit(pending), false);
      await tidy(pending);
      assert.equal(content(), 'theirs');
      assert.deepEqual(readdirSync(folder), ['a.js']);
    }
  });

  it('is not removed when someone has written to it', async () => {
    const pending = await staged(null);
    writeFileSync(real, 'theirs');
    assert.equal(await commit(pending), false);
    assert.equal(content(), 'theirs');
  });

  it('is not created where someone has created it, and not created again where someone has removed it', async () => {
    rmSync(real);
    const created = await staged('new', null);
    writeFileSync(real, 'theirs');
    assert.equal(await commit(created), false);
    assert.equal(content(), 'theirs');
    writeFileSync(real, 'old');
    const replaced = await staged('new');
    rmSync(real);
    assert.equal(await commit(replaced), false);
    assert.ok(!existsSync(real));
  });

  it('is replaced when it was only touched', async () => {
    const pending = await staged('new');
    writeFileSync(real, 'old');
    assert.equal(await commit(pending), true);
    assert.equal(content(), 'new');
  });

  it('tells when someone had it open and wrote to it, and gives that back', async () => {
    const theirs = openSync(real, 'r+');
    const pending = await staged('new');
    assert.equal(await commit(pending), true);
    assert.equal(await replacedAsExpected(pending), true);
    writeSync(theirs, 'theirs');
    closeSync(theirs);
    assert.equal(await replacedAsExpected(pending), false);
    await rollBack(pending);
    await tidy(pending);
    assert.equal(content(), 'theirs');
    assert.deepEqual(readdirSync(folder), ['a.js']);
  });

  it('is taken back, but not over what someone has written since', async () => {
    const first = await staged('new');
    await commit(first);
    await rollBack(first);
    assert.equal(content(), 'old');
    await tidy(first);
    const removed = await staged(null);
    await commit(removed);
    assert.ok(!existsSync(real));
    await rollBack(removed);
    assert.equal(content(), 'old');
    await tidy(removed);
    const second = await staged('new');
    await commit(second);
    writeFileSync(real, 'theirs');
    await rollBack(second);
    assert.equal(content(), 'theirs');
  });
});
