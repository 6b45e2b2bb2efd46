import assert from 'node:assert/strict';
import { compilerErrors } from '../../../../src/runners/formats/compiler-errors.ts';
import { parseTrx } from '../../../../src/runners/formats/trx.ts';

const places = { folder: '/w', cwd: '/w' };
const result = (id: string, name: string, outcome: string, inner = '') =>
  `<UnitTestResult executionId="e${id}" testId="${id}" testName="${name}" duration="00:00:01.5000000" outcome="${outcome}">${inner}</UnitTestResult>`;
const definition = (id: string, className: string, name: string) =>
  `<UnitTest name="x" id="${id}"><Execution id="e${id}"/><TestMethod className="${className}" name="${name}"/></UnitTest>`;
const trx = (results: string, definitions: string, summary = '<ResultSummary outcome="Completed"/>') =>
  `<?xml version="1.0" encoding="utf-8"?>
<TestRun id="r" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>${results}</Results>
<TestDefinitions>${definitions}</TestDefinitions>${summary}</TestRun>`;

const failed = `<Output><StdOut>&lt;forged/&gt;</StdOut><ErrorInfo>
<Message>Assert.Equal() Failure: Values differ
Expected: 3
Actual:   -1</Message><StackTrace>   at Calc.Tests.SumTests.Adds() in /w/Calc.Tests/SumTests.cs:line 12</StackTrace></ErrorInfo></Output>`;
const whole = trx(
  result('1', 'Calc.Tests.SumTests.Adds', 'Failed', failed) +
    result('2', 'Calc.Tests.SumTests.Theory(a: 1)', 'Passed') +
    result('3', 'Later', 'NotExecuted') +
    result('4', 'Odd', 'Aborted'),
  definition('1', 'Calc.Tests.SumTests', 'Adds') +
    definition('2', 'Calc.Tests.SumTests', 'Theory') +
    definition('3', 'Calc.Tests.MsTests, Calc.Tests, Version=1.0.0.0', 'Later'),
);

describe('TRX', () => {
  it('is read: classes, outcomes, values, frames, times', () => {
    const report = parseTrx(whole, places);
    assert.deepEqual(
      report?.tests.map(({ id, status }) => `${status} ${id}`),
      [
        'failed Calc.Tests.SumTests › Adds',
        'passed Calc.Tests.SumTests › Theory(a: 1)',
        'skipped Calc.Tests.MsTests › Later',
        'errored Odd',
      ],
    );
    const [first] = report?.tests ?? [];
    assert.equal(first?.milliseconds, 1500);
    assert.deepEqual([first?.failure?.expected, first?.failure?.actual], ['3', '-1']);
    assert.deepEqual(first?.failure?.frames, [
      { path: 'Calc.Tests/SumTests.cs', line: 12, symbol: 'Calc.Tests.SumTests.Adds()' },
    ]);
  });

  it('says that the run was aborted, and does not repeat failed tests', () => {
    const infos = `<ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>[xUnit.net] Adds [FAIL]</Text></RunInfo>
      <RunInfo outcome="Error"><Text>The active test run was aborted. Reason: Test host process crashed</Text></RunInfo></RunInfos></ResultSummary>`;
    assert.deepEqual(parseTrx(trx('', '', infos), places)?.problems, [
      { where: 'the test run', message: 'The active test run was aborted. Reason: Test host process crashed' },
    ]);
  });

  it('is nothing when it is cut, has no summary, or is something else', () => {
    assert.equal(parseTrx(whole.slice(0, -5), places), undefined);
    assert.equal(parseTrx(trx('', '', ''), places), undefined);
    assert.equal(parseTrx('<testsuite/>', places), undefined);
  });
});

describe('compiler errors in the output of build tools', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      '.NET',
      "/w/Calc/Calc.cs(5,12): error CS0103: The name 'c' does not exist [/w/Calc/Calc.csproj]",
      "line 5: CS0103: The name 'c' does not exist",
    ],
    ['Maven', '[ERROR] /w/Calc/Calc.cs:[5,12] cannot find symbol', 'line 5: cannot find symbol'],
    ['Gradle, Java', '/w/Calc/Calc.cs:5: error: cannot find symbol', 'line 5: cannot find symbol'],
    ['Gradle, Kotlin', "e: file:///w/Calc/Calc.cs:5:12 Unresolved reference 'c'.", "line 5: Unresolved reference 'c'."],
  ];
  for (const [name, line, message] of cases) {
    it(name, () => {
      const details = `at Calc/Calc.cs:1\n${message}`;
      const expected = [{ where: 'Calc/Calc.cs', message, details, compiler: true }];
      assert.deepEqual(compilerErrors(`x\n${line}\n${line}\ny`, places), expected);
    });
  }
  it('none where there is none', () => assert.deepEqual(compilerErrors('BUILD SUCCESS\nwarning: x\n', places), []));
});
