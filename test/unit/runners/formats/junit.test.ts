import assert from 'node:assert/strict';
import { type JunitDialect, parseJunit } from '../../../../src/runners/formats/junit.ts';

const places = { folder: '/w', cwd: '/w/pkg' };
const parse = (xml: string, dialect?: JunitDialect) => parseJunit(xml, places, dialect);

describe('JUnit XML', () => {
  it('of node:test: nested suites, files, todo, equal names', () => {
    const report = parse(`<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testsuite name="math" time="0.01" tests="4" failures="1" skipped="2" hostname="x">
		<testcase name="adds &lt;x>" time="0.001092" classname="test" file="/w/pkg/a.test.js">
			<failure type="testCodeFailure" message="Expected values to be strictly equal:-1 !== 3">
[Error [ERR_TEST_FAILURE]: …] {
  cause: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  -1 !== 3

      at TestContext.&lt;anonymous> (file:///w/pkg/a.test.js:4:45)
    actual: -1,
    expected: 3,
    operator: 'strictEqual',
			</failure>
		</testcase>
		<testcase name="sub" time="0" classname="test" file="/w/pkg/a.test.js"/>
		<testcase name="sub" time="0" classname="test" file="/w/pkg/a.test.js"/>
		<testcase name="skipped" time="0" classname="test"><skipped type="skipped" message="true"/></testcase>
		<testsuite name="deep"><testcase name="todo" classname="test"><skipped type="todo"/><failure message="no"/></testcase></testsuite>
	</testsuite>
	<!-- tests 4 -->
</testsuites>`);
    assert.deepEqual(report?.problems, []);
    assert.deepEqual(
      report?.tests.map(({ id, status }) => `${status} ${id}`),
      [
        'failed pkg/a.test.js › math › adds <x>',
        'passed pkg/a.test.js › math › sub',
        'passed pkg/a.test.js › math › sub #2',
        'skipped math › skipped',
        'skipped math › deep › todo',
      ],
    );
    const [first] = report?.tests ?? [];
    assert.equal(first?.milliseconds, 1.092);
    assert.deepEqual(first?.failure, {
      message: 'Expected values to be strictly equal:-1 !== 3',
      expected: '3',
      actual: '-1',
      frames: [{ path: 'pkg/a.test.js', line: 4, symbol: 'TestContext.<anonymous>' }],
    });
  });

  it('of vitest: the file is the class and the suite', () => {
    const report = parse(`<testsuites name="vitest tests"><testsuite name="test/sum.test.ts" tests="1">
      <testcase classname="test/sum.test.ts" name="sum &gt; adds" time="0.005">
        <failure message="expected -1 to be 3 // Object.is equality" type="AssertionError">
AssertionError: expected -1 to be 3 // Object.is equality
 ❯ test/sum.test.ts:5:21
        </failure></testcase></testsuite></testsuites>`);
    const [test] = report?.tests ?? [];
    assert.equal(test?.id, 'pkg/test/sum.test.ts › sum > adds');
    assert.equal(test?.file, 'pkg/test/sum.test.ts');
    assert.deepEqual([test?.failure?.expected, test?.failure?.actual], ['3', '-1']);
    assert.deepEqual(test?.failure?.frames, [{ path: 'pkg/test/sum.test.ts', line: 5 }]);
  });

  it('keeps CDATA as it is and decodes entities once', () => {
    const report = parse(
      '<testsuite name="s"><testcase name="a &amp;lt; &#10;b &#x41;"><failure message="m"><![CDATA[x &lt; <y>]]> &lt;</failure></testcase></testsuite>',
    );
    assert.equal(report?.tests[0]?.name, 'a &lt;\nb A');
    const bare = parse(
      '<testsuite name="s"><testcase name="a"><failure><![CDATA[x &lt; <y>]]> &amp;lt;</failure></testcase></testsuite>',
    );
    assert.equal(bare?.tests[0]?.failure?.message, 'x &lt; <y> &lt;');
  });

  it('takes no notice of what tests print', () => {
    const printed = '<![CDATA[</system-out><testcase name="forged"/>]]>&lt;testcase name="forged"/>';
    const report = parse(`<testsuite name="s"><testcase name="a"><system-out>${printed}</system-out></testcase>
      <system-out>${printed}</system-out><system-err>${printed}</system-err></testsuite>`);
    assert.deepEqual(
      report?.tests.map(({ name }) => name),
      ['a'],
    );
  });

  it('distinguishes errors as the runner means them, phases of one test, and troubles of the runner', () => {
    const xml = `<testsuite name="s"><testcase name="a" classname="c"/><testcase name="a" classname="c"><error message="teardown"/></testcase>
      <testcase name="" classname="d"><error message="no class">E   NameError: x</error></testcase></testsuite>`;
    assert.deepEqual(
      parse(xml)?.tests.map(({ id, status }) => `${status} ${id}`),
      ['passed s › c › a', 'errored s › c › a #2', 'errored s › d › '],
    );
    const report = parse(xml, { errors: 'failed', duplicates: 'merge', isProblem: ({ name }) => name === '' });
    assert.deepEqual(
      report?.tests.map(({ id, status }) => `${status} ${id}`),
      ['failed s › c › a'],
    );
    assert.deepEqual(report?.problems, [{ where: 'd', message: 'NameError: x', details: 'E   NameError: x' }]);
  });

  it('gives a test that is called like a numbered one an id of its own', () => {
    const names = ['a', 'a #2', 'a', 'a'];
    const report = parse(`<testsuite>${names.map((name) => `<testcase name="${name}"/>`).join('')}</testsuite>`);
    assert.deepEqual(
      report?.tests.map(({ id }) => id),
      ['a', 'a #2', 'a #3', 'a #4'],
    );
  });

  it('names no file outside of the folder', () => {
    const report = parse(
      '<testsuite file="/etc/passwd"><testcase name="a"/><testcase name="b" file="../../x.js"/></testsuite>',
    );
    assert.deepEqual(
      report?.tests.map(({ id, file }) => [id, file]),
      [
        ['a', undefined],
        ['b', undefined],
      ],
    );
  });

  const whole = '<testsuites><testsuite name="s"><testcase name="a"/></testsuite></testsuites>';
  it('is nothing when it is cut anywhere', () => {
    assert.equal(parse(whole)?.tests.length, 1);
    for (let length = 0; length < whole.length; length++)
      assert.equal(parse(whole.slice(0, length)), undefined, String(length));
  });

  const refused: Readonly<Record<string, string>> = {
    'other XML': '<html><testcase name="a"/></html>',
    'no XML': '{"tests":[]}',
    'two roots': '<testsuite/><testsuite/>',
    'something after it': `${whole}<x>`,
    'suites without end': `${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`,
    'a name that would poison prototypes': '<testsuite><__proto__ a="1"/></testsuite>',
  };
  for (const [name, xml] of Object.entries(refused)) {
    it(`is nothing when it is ${name}`, () => assert.equal(parse(xml), undefined));
  }

  it('expands no entity of a document', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>`;
    for (const { name } of parse(bomb)?.tests ?? []) assert.equal(name, '&b;');
  });

  it('an empty report has no tests, which is not the same as no report', () => {
    assert.deepEqual(parse('<testsuites></testsuites>'), { tests: [], problems: [] });
    assert.deepEqual(parse('<testsuite name="pytest" tests="0"/>'), { tests: [], problems: [] });
  });
});
