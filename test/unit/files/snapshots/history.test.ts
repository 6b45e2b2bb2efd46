import assert from 'node:assert/strict';
import type { FileState } from '../../../../src/files/snapshots/file-state.ts';
import { carriedOver, fileHistories, ownership } from '../../../../src/files/snapshots/history.ts';
import type { Manifest } from '../../../../src/files/snapshots/manifest.ts';

const file = (sha256: string): FileState => ({ kind: 'file', sha256, bytes: 1, mode: 0o644 });
const absent: FileState = { kind: 'absent' };

/** Snapshots as a session would make them: for each turn, what stood there and what was written. */
function history(turns: readonly (readonly [turn: number, before: FileState, after: string])[]): Manifest[] {
  const manifests: Manifest[] = [];
  for (const [turn, before, after] of turns) {
    const carried = carriedOver(manifests, 'a', before, after);
    manifests.push({ turn, saved: 0, refs: [], files: [{ path: 'a', before, after, made: [], ...carried }] });
  }
  return manifests;
}

function wanted(turns: Parameters<typeof history>[0], toTurn?: number): FileState | undefined {
  return fileHistories(history(turns), toTurn)[0]?.wanted;
}

describe('the history of a file', () => {
  it('wants the state before the first attempt, whatever our attempts were', () => {
    assert.deepEqual(
      wanted([
        [1, file('o'), '1'],
        [2, file('1'), '2'],
        [3, file('2'), '3'],
      ]),
      file('o'),
    );
    assert.deepEqual(
      wanted([
        [1, absent, '1'],
        [2, file('1'), '2'],
      ]),
      absent,
    );
  });

  it('wants the newest state that is not ours', () => {
    assert.deepEqual(
      wanted([
        [1, file('o'), '1'],
        [2, file('x'), '2'],
        [3, file('2'), '3'],
      ]),
      file('x'),
    );
    assert.deepEqual(
      wanted([
        [1, file('o'), '1'],
        [2, absent, '2'],
      ]),
      absent,
    );
  });

  it('takes an undone file for the original, not for someone else’s', () => {
    assert.deepEqual(
      wanted([
        [1, file('o'), '1'],
        [2, file('o'), '2'],
      ]),
      file('o'),
    );
  });

  it('recognises an old attempt that came back as ours', () => {
    assert.deepEqual(
      wanted([
        [1, file('o'), '1'],
        [2, file('1'), '2'],
        [3, file('1'), '3'],
      ]),
      file('o'),
    );
  });

  it('wants exactly what was there before a given turn', () => {
    const turns = [
      [1, file('o'), '1'],
      [3, file('1'), '3'],
      [3, file('3'), '3b'],
    ] as const;
    assert.deepEqual(wanted(turns, 1), file('o'));
    assert.deepEqual(wanted(turns, 2), file('1'));
    assert.deepEqual(wanted(turns, 3), file('1'));
    assert.equal(wanted(turns, 4), undefined);
  });

  it('recognises the contents of all turns as ours, and nothing else', () => {
    const [one] = fileHistories(
      history([
        [1, file('o'), '1'],
        [2, file('1'), '2'],
      ]),
    );
    const present = (sha256: string) => ({ kind: 'file', sha256, content: new Uint8Array(), mode: 0o644 }) as const;
    assert.equal(ownership(one!, present('1')), 'ours');
    assert.equal(ownership(one!, present('2')), 'ours');
    assert.equal(ownership(one!, present('o')), 'wanted');
    assert.equal(ownership(one!, present('x')), 'changed');
    assert.equal(ownership(one!, { kind: 'absent' }), 'changed');
    assert.equal(ownership(one!, { kind: 'link', sha256: '1', content: new Uint8Array(), to: '' }), 'changed');
  });

  it('needs only the newest snapshot of a file', () => {
    const manifests = history([
      [1, file('o'), '1'],
      [2, file('1'), '2'],
    ]);
    const [only] = fileHistories(manifests.slice(1));
    assert.deepEqual([only?.wanted, [...(only?.ours ?? [])]], [file('o'), ['1', '2']]);
  });
});
