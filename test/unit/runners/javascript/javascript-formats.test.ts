import assert from 'node:assert/strict';
import { parseJestJson } from '../../../../src/runners/formats/jest-json.ts';
import { parseReportLines } from '../../../../src/runners/formats/report-lines.ts';
import { parseTap } from '../../../../src/runners/formats/tap.ts';
import type { TestReport } from '../../../../src/runners/runner.ts';

const places = { folder: '/srv/space', cwd: '/srv/space/app' };

function brief(report: TestReport | undefined): string[] | undefined {
  return (
    report && [
      ...report.tests.map(({ id, status }) => `${status} ${id}`),
      ...report.problems.map(({ where }) => `! ${where}`),
    ]
  );
}

function lines(...entries: readonly object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

const passed = { kind: 'test', titles: ['a', 'b'], file: '/srv/space/app/x.js', status: 'passed', ms: 1.5 };

describe('parseReportLines', () => {
  it('reads tests, problems and values', () => {
    const failed = {
      ...{
        kind: 'test',
        titles: ['c'],
        file: 'x.js',
        status: 'failed',
        message: '\u001b[31mno\u001b[0m',
        expected: '1',
        actual: '2',
      },
      stack: 'Error: no\n    at f (/srv/space/app/src/x.js:3:4)\n    at g (/elsewhere/y.js:1:1)',
    };
    const problem = { kind: 'problem', where: 'file:///srv/space/app/z.js', message: 'SyntaxError' };
    const report = parseReportLines(lines(passed, failed, problem, { kind: 'end' }), places);
    assert.deepEqual(brief(report), ['passed app/x.js › a › b', 'failed app/x.js › c', '! app/z.js']);
    assert.equal(report?.tests[0]?.milliseconds, 1.5);
    assert.deepEqual(report?.tests[1]?.failure, {
      ...{ message: 'no', expected: '1', actual: '2' },
      frames: [{ path: 'app/src/x.js', line: 3, symbol: 'f' }],
    });
  });

  it('is no report without its end, behind it, or with a line that is none', () => {
    assert.equal(parseReportLines(lines(passed), places), undefined);
    assert.equal(parseReportLines(lines(passed, { kind: 'end' }, passed), places), undefined);
    assert.equal(parseReportLines(`${lines(passed)}{"kind":"te\n${lines({ kind: 'end' })}`, places), undefined);
    assert.equal(parseReportLines(lines({ ...passed, status: 'fine' }, { kind: 'end' }), places), undefined);
    assert.equal(parseReportLines('', places), undefined);
    assert.deepEqual(brief(parseReportLines(lines({ kind: 'end' }), places)), []);
  });

  it('leaves files outside of the workspace unnamed', () => {
    const outside = parseReportLines(lines({ ...passed, file: '/etc/x.js' }, { kind: 'end' }), places);
    assert.deepEqual(brief(outside), ['passed a › b']);
  });
});

describe('parseJestJson', () => {
  const assertion = {
    ancestorTitles: ['s'],
    title: 't',
    status: 'passed',
    duration: 3,
    failureMessages: [],
    failureDetails: [],
  };
  const file = { name: '/srv/space/a.test.js', status: 'passed', message: '', assertionResults: [assertion] };
  const json = (...files: readonly object[]): string => JSON.stringify({ testResults: files });

  it('knows all kinds of skipped', () => {
    const results = ['pending', 'todo', 'skipped', 'disabled', 'focused'].map((status) => ({
      ...assertion,
      title: status,
      status,
    }));
    assert.deepEqual(brief(parseJestJson(json({ ...file, assertionResults: [assertion, ...results] }), places)), [
      'passed a.test.js › s › t',
      'skipped a.test.js › s › pending',
      'skipped a.test.js › s › todo',
      'skipped a.test.js › s › skipped',
      'skipped a.test.js › s › disabled',
    ]);
  });

  it('takes values from the matcher, from assert, or from the message', () => {
    const failed = (message: string, details: object) => {
      const result = { ...assertion, status: 'failed', failureMessages: [message], failureDetails: [details] };
      const failure = parseJestJson(json({ ...file, status: 'failed', assertionResults: [result] }), places)?.tests[0]
        ?.failure;
      return [failure?.message, failure?.expected, failure?.actual];
    };
    const stack = '\n    at Object.<anonymous> (/srv/space/a.test.js:3:4)';
    assert.deepEqual(failed(`Error: wrong${stack}`, { matcherResult: { expected: { a: 1 }, actual: 'x' } }), [
      'wrong',
      '{ a: 1 }',
      'x',
    ]);
    assert.deepEqual(failed(`AssertionError [ERR]: wrong${stack}`, { expected: 1, actual: 2 }), ['wrong', '1', '2']);
    const text = 'expect(received).toBe(expected)\n\nExpected: undefined\nReceived: 3';
    assert.deepEqual(failed(`Error: ${text}${stack}`, { matcherResult: { actual: 3 } }), [text, 'undefined', '3']);
    assert.deepEqual(failed(`TypeError: x${stack}`, {}), ['TypeError: x', undefined, undefined]);
  });

  it('makes a problem of a file that did not load', () => {
    const report = parseJestJson(
      json({ ...file, status: 'failed', message: '  ● Test suite failed to run\n\n    no', assertionResults: [] }),
      places,
    );
    assert.deepEqual(report?.problems, [{ where: 'a.test.js', message: 'no' }]);
  });

  it('is no report when cut off or something else', () => {
    assert.equal(parseJestJson(json(file).slice(0, -3), places), undefined);
    assert.equal(parseJestJson('{"testResults":[{"name":3}]}', places), undefined);
    assert.equal(parseJestJson('null', places), undefined);
  });
});

describe('parseTap', () => {
  it('reads nested tests, diagnostics, skips and todos among other output', () => {
    const report = parseTap(
      `> app@1 test
> node check.js

TAP version 14
# Subtest: sum
    ok 1 - adds
    not ok 2 - subtracts
      ---
      error: 'wrong'
      wanted: 1
      found: 2
      at: file:///srv/space/app/a.js:3:4
      ...
    1..2
not ok 1 - sum # time=3ms
ok 2 - later # SKIP not yet
some noise
not ok 3 - never # TODO
1..3
`,
      places,
    );
    assert.deepEqual(brief(report), ['passed sum › adds', 'failed sum › subtracts', 'skipped later', 'skipped never']);
    const { failure } = report?.tests[1] ?? {};
    assert.deepEqual([failure?.message, failure?.expected, failure?.actual], ['wrong', '1', '2']);
    assert.deepEqual(failure?.frames, [{ path: 'app/a.js', line: 3 }]);
  });

  const unsound: Readonly<Record<string, string>> = {
    'no plan': 'TAP version 13\nok 1 - a\n',
    'no TAP': 'all is well\n',
    nothing: '',
    'fewer than planned': '1..2\nok 1 - a\n',
    'more than planned': '1..1\nok 1 - a\nok 2 - b\n',
    'a number twice': '1..2\nok 1 - a\nok 1 - b\n',
    'two documents': 'TAP version 13\nok 1 - a\n1..1\nTAP version 13\nok 1 - b\n1..1\n',
    'points behind the end': 'ok 1 - a\n1..1\nnot ok 1 - a\n',
    'a subtest without its plan': '# Subtest: s\n    ok 1 - a\n    ok 1 - a\nok 1 - s\n1..1\n',
  };
  for (const [what, text] of Object.entries(unsound)) {
    it(`is no report with ${what}`, () => assert.equal(parseTap(text, places), undefined));
  }

  it('reports a bail-out', () => {
    const report = parseTap('1..2\nok 1 - a\nBail out! no database\n', places);
    assert.deepEqual(report?.problems, [{ where: '', message: 'Bail out! no database' }]);
  });
});
