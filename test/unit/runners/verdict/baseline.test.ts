import assert from 'node:assert/strict';
import type { TestResult, TestStatus } from '../../../../src/agent/verdict.ts';
import { compare } from '../../../../src/runners/verdict/baseline.ts';

function results(statuses: Readonly<Record<string, TestStatus>>): TestResult[] {
  return Object.entries(statuses).map(([id, status]) => ({ id, name: id, status }));
}

describe('two runs compared', () => {
  it('what ends differently is flaky; what is skipped once counts as skipped; what is missing once is not expected', () => {
    const first = {
      same: 'passed',
      fails: 'failed',
      now: 'passed',
      skip: 'skipped',
      unskip: 'passed',
      gone: 'passed',
    } as const;
    const second = {
      same: 'passed',
      fails: 'failed',
      now: 'failed',
      skip: 'passed',
      unskip: 'skipped',
      new: 'passed',
    } as const;
    const { tests, flaky } = compare(results(first), results(second));
    assert.deepEqual([...flaky].sort(), ['gone', 'new', 'now', 'skip', 'unskip']);
    assert.deepEqual(Object.fromEntries(tests.map(({ id, status }) => [id, status])), {
      ...{ same: 'passed', fails: 'failed', now: 'failed', skip: 'skipped', unskip: 'skipped' },
    });
  });
});
