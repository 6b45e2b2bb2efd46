import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Copies } from '../../../../src/files/snapshots/copies.ts';
import { readManifests } from '../../../../src/files/snapshots/manifest.ts';
import { openSnapshots } from '../../../../src/files/snapshots/open-snapshots.ts';
import { makePlace, type Place, put, snapshot } from './support.ts';

const child = path.join(import.meta.dirname, 'killed-child.ts');

/** @returns whether the child was killed; otherwise it has finished. */
async function runUntil(folder: string, session: string, step: number): Promise<boolean> {
  const running = spawn(process.execPath, [child, folder, session, String(step)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  running.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code, signal] = await once(running, 'exit');
  if (signal === 'SIGKILL') return true;
  assert.equal(code, 0, said);
  return false;
}

describe('a session that is killed', () => {
  let place: Place;
  before(() => {
    place = makePlace();
    put(place.at('original'), { 'a.js': 'original a\n', 'b.js': 'original b\n', 'made.txt': 'x', 'user.js': 'u\n' });
    chmodSync(place.at('original', 'a.js'), 0o755);
    chmodSync(place.at('original', 'b.js'), 0o640);
  });
  after(() => place.remove());

  it('at any change of the file system is undone exactly', async () => {
    const original = snapshot(place.at('original'));
    let kills = 0;
    let finished = false;
    const states = new Set<string>();
    const lane = async (first: number, stride: number) => {
      for (let step = first; !finished; step += stride) {
        const folder = place.at(`folder-${step}`);
        const session = place.at(`session-${step}`);
        cpSync(place.at('original'), folder, { recursive: true });
        if (!(await runUntil(folder, session, step))) {
          finished = true;
          continue;
        }
        kills++;
        states.add(JSON.stringify([...snapshot(folder)].filter(([name]) => !name.includes('.retune-'))));
        await assertCopies(session, step);
        const snapshots = await openSnapshots(folder, session);
        const report = await snapshots.undo();
        assert.deepEqual([report.kept, report.failed], [[], []], `killed at step ${step}`);
        assert.deepEqual(snapshot(folder), original, `killed at step ${step}`);
        const again = await snapshots.undo();
        assert.deepEqual([again.restored, again.removed, again.kept], [[], [], []]);
      }
    };
    await Promise.all([lane(1, 2), lane(2, 2)]);
    assert.ok(kills > 40, `only ${kills} steps were killed`);
    assert.ok(states.size >= 7, `only ${states.size} different states were seen`);
  });

  it('keeps what the developer wrote after the crash', async () => {
    const folder = place.at('changed');
    cpSync(place.at('original'), folder, { recursive: true });
    // Late enough for the first attempt to be written, early enough for the session not to be undone.
    assert.ok(await runUntil(folder, place.at('session'), 45));
    writeFileSync(path.join(folder, 'a.js'), 'mine now\n');
    const report = await (await openSnapshots(folder, place.at('session'))).undo();
    assert.deepEqual(
      report.kept.map((file) => file.path),
      ['a.js'],
    );
    assert.deepEqual(snapshot(folder).get('b.js'), snapshot(place.at('original')).get('b.js'));
    assert.match(snapshot(folder).get('a.js') ?? '', /^file 755/);
  });
});

/** Whatever a manifest names is there in full: it must be on disk before the manifest is. */
async function assertCopies(session: string, step: number): Promise<void> {
  const { all, notices } = await readManifests(path.join(session, 'checkpoints'));
  const copies = new Copies(path.join(session, 'checkpoints', 'copies'));
  assert.deepEqual(notices, []);
  for (const { before } of all.flatMap(({ files }) => files)) {
    if (before.kind !== 'absent') assert.ok(await copies.get(before.sha256), `no copy after step ${step}`);
  }
}
