import assert from 'node:assert/strict';
import { parsePs, parseStat } from '../../../../src/shared/process/process-table.ts';

describe('the table of processes', () => {
  it('reads a line of /proc, whatever the name of the program', () => {
    const rest = '100 200 200 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 123456 1000 10';
    for (const name of ['sh', 'a b', ') S 1 1 (']) {
      assert.deepEqual(parseStat(`42 (${name}) S ${rest}`), {
        ...{ pid: 42, parent: 100, group: 200, zombie: false, started: 123456 },
      });
    }
    assert.equal(parseStat(`42 (sh) Z ${rest}`)?.zombie, true);
    assert.equal(parseStat(''), undefined);
  });

  it('reads the lines of ps', () => {
    assert.deepEqual(parsePs('    1     0     1 Ss\n  42  1 40 Z+\n\n'), [
      { pid: 1, parent: 0, group: 1, zombie: false, started: 0 },
      { pid: 42, parent: 1, group: 40, zombie: true, started: 0 },
    ]);
  });
});
