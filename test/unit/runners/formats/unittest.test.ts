import assert from 'node:assert/strict';
import { pythonError } from '../../../../src/runners/formats/python-error.ts';
import { parseUnittest } from '../../../../src/runners/formats/unittest.ts';

const places = { folder: '/w', cwd: '/w' };
const whole = {
  complete: true,
  tests: [
    { key: ['/w/tests/test_a.py', 'TestA', 'test_one'], status: 'passed', milliseconds: 1.23456 },
    {
      key: ['/w/tests/test_a.py', 'TestA', 'test_two'],
      status: 'failed',
      message: 'AssertionError: -1 != 3\n',
      trace:
        'Traceback (most recent call last):\n  File "/w/tests/test_a.py", line 8, in test_two\nAssertionError: -1 != 3\n',
    },
    { key: ['', '_ErrorHolder', 'setUpClass (x)'], status: 'skipped' },
  ],
  problems: [
    {
      where: 'test_b',
      message: 'Traceback (most recent call last):\n  File "/w/test_b.py", line 2, in x\nNameError: no\n',
    },
  ],
};

describe("the unittest runner's report", () => {
  it('is read', () => {
    const report = parseUnittest(JSON.stringify(whole), places);
    assert.deepEqual(
      report?.tests.map(({ id, status }) => `${status} ${id}`),
      [
        'passed tests/test_a.py › TestA › test_one',
        'failed tests/test_a.py › TestA › test_two',
        'skipped _ErrorHolder › setUpClass (x)',
      ],
    );
    assert.equal(report?.tests[0]?.milliseconds, 1.235);
    assert.deepEqual(report?.tests[1]?.failure, {
      message: 'AssertionError: -1 != 3',
      expected: '3',
      actual: '-1',
      frames: [{ path: 'tests/test_a.py', line: 8, symbol: 'test_two' }],
    });
    assert.deepEqual(report?.problems, [
      {
        where: 'test_b',
        message: 'NameError: no\nat test_b.py:2',
        details: 'Traceback (most recent call last):\n  File "test_b.py", line 2, in x\nNameError: no',
      },
    ]);
  });

  it('is nothing when it is incomplete or something else', () => {
    const { complete: _, ...rest } = whole;
    for (const text of [
      '',
      '{',
      'null',
      '{"complete":true}',
      JSON.stringify(rest),
      JSON.stringify(whole).slice(0, -1),
    ]) {
      assert.equal(parseUnittest(text, places), undefined);
    }
  });
});

describe('a Python error outside of tests', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'pytest marks it',
      "Traceback:\ntest_a.py:1: in <module>\n    import x\nE   ModuleNotFoundError: No module named 'x'",
      "ModuleNotFoundError: No module named 'x'\nat test_a.py:1",
    ],
    [
      'the last of several tracebacks counts',
      'Traceback (most recent call last):\n  File "/w/a.py", line 1\nKeyError: 1\n\nDuring handling, another:\n\nTraceback (most recent call last):\n  File "/w/b.py", line 2, in f\n    x\nValueError: 2\nmore\n',
      'ValueError: 2\nmore\nat /w/b.py:2',
    ],
    [
      'libraries are no place',
      'Traceback (most recent call last):\n  File "/w/b.py", line 2, in f\n  File "/usr/lib/python3.11/x.py", line 5, in g\nValueError',
      'ValueError\nat /w/b.py:2',
    ],
    ['other text stays', 'nothing of the kind', 'nothing of the kind'],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.equal(pythonError(text), expected));
});
