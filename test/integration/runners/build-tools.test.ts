import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TestResult } from '../../../src/agent/verdict.ts';
import { dotnetTest } from '../../../src/runners/dotnet-test.ts';
import { gradle } from '../../../src/runners/gradle.ts';
import { maven } from '../../../src/runners/maven.ts';
import type { Runner, TestProject } from '../../../src/runners/runner.ts';
import { runDirectory } from '../../support/runner-matrix.ts';
import { keepEnvironment } from './toolchain-matrix.ts';

// Build tools of the JVM and .NET are too large to be installed for a test. Scripts in their places write what the real
// ones wrote; everything else (detection, plan, process, freshness, reading, verdict) is real.

const surefire = (cases: string) => `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" name="calc.CalcTest" time="0.098" tests="2">
  <properties><property name="java.version" value="17"/></properties>${cases}
</testsuite>`;
const passed = '<testcase name="adds" classname="calc.CalcTest" time="0.032"/>';
const failed = `<testcase name="adds" classname="calc.CalcTest" time="0.032">
    <failure message="expected: &lt;3&gt; but was: &lt;-1&gt;" type="org.opentest4j.AssertionFailedError"><![CDATA[org.opentest4j.AssertionFailedError: expected: <3> but was: <-1>
	at org.junit.jupiter.api.Assertions.assertEquals(Assertions.java:531)
	at calc.CalcTest.adds(CalcTest.java:13)
	at java.base/java.lang.reflect.Method.invoke(Method.java:569)
]]></failure></testcase>
  <testcase name="throwsUp" classname="calc.CalcTest" time="0.001">
    <error message="Cannot invoke &quot;Object.toString()&quot;" type="java.lang.NullPointerException"><![CDATA[java.lang.NullPointerException
	at calc.Calc.run(Calc.java:5)
]]></error></testcase>
  <testcase name="later" classname="calc.CalcTest" time="0.0"><skipped message="later"/></testcase>`;

interface Tool {
  readonly runner: 'maven' | 'gradle' | 'dotnet-test';
  readonly files: Readonly<Record<string, string>>;
  /** The script's place; outside of the workspace it goes onto the PATH. */
  readonly script: string;
  /** Where the script writes its report, as the shell sees it. */
  readonly report: string;
  readonly passed: string;
  readonly failed: string;
  readonly compileError: string;
}

const jvm = { 'src/main/java/calc/Calc.java': '', 'src/test/java/calc/CalcTest.java': '' };
const tools: readonly Tool[] = [
  {
    runner: 'maven',
    files: { 'pom.xml': '<project/>', ...jvm },
    script: 'mvnw',
    report: 'target/surefire-reports/TEST-calc.CalcTest.xml',
    passed: surefire(passed),
    failed: surefire(failed),
    compileError: '[ERROR] src/main/java/calc/Calc.java:[5,12] cannot find symbol',
  },
  {
    runner: 'gradle',
    files: { 'build.gradle.kts': 'plugins { java }', ...jvm },
    script: 'gradlew',
    report: 'build/test-results/test/TEST-calc.CalcTest.xml',
    passed: surefire(passed),
    failed: surefire(failed.replaceAll('error', 'failure')),
    compileError: 'src/main/java/calc/Calc.java:5: error: cannot find symbol',
  },
];

for (const { runner, files, script, report, passed, failed, compileError } of tools) {
  describe(`${runner}: by its wrapper`, () => {
    let folder = '';
    before(function () {
      if (process.platform === 'win32') this.skip();
    });
    beforeEach(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'retune-build-')));
      for (const [name, text] of Object.entries(files)) await put(folder, name, text);
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function tool(lines: readonly string[]): Promise<void> {
      await put(folder, script, `#!/bin/sh\n${lines.join('\n')}\n`);
      await chmod(join(folder, script), 0o755);
    }
    const write = (xml: string) => `mkdir -p ${dirname(report)}; cat > ${report} <<'END'\n${xml}\nEND`;

    it('passing', async () => {
      await tool([write(passed)]);
      const { verdict, project } = await runDirectory(folder);
      assert.equal(project.runner.name, runner);
      assert.deepEqual(project.executable, [join(folder, script)]);
      assert.equal(verdict.reason, 'passed');
    });

    it('failing: files, values and frames by the sources that there are', async () => {
      await tool([write(failed), 'exit 1']);
      const { verdict } = await runDirectory(folder);
      assert.equal(verdict.reason, 'tests-failed');
      assert.deepEqual([verdict.failed, verdict.errored, verdict.skipped], [2, 0, 1]);
      const [adds, throwsUp] = verdict.tests;
      assert.equal(adds?.id, 'src/test/java/calc/CalcTest.java › calc.CalcTest › adds');
      assert.deepEqual(adds?.failure, {
        message: 'expected: <3> but was: <-1>',
        expected: '3',
        actual: '-1',
        frames: [{ path: 'src/test/java/calc/CalcTest.java', line: 13, symbol: 'calc.CalcTest.adds' }],
      });
      assert.deepEqual(throwsUp?.failure?.frames[0]?.path, 'src/main/java/calc/Calc.java');
    });

    it('a report of an earlier run does not count, even one from the future', async () => {
      await put(folder, report, passed);
      const future = new Date(Date.now() + 3_600_000);
      await utimes(join(folder, report), future, future);
      await tool(['exit 1']);
      assert.equal((await runDirectory(folder)).verdict.reason, 'no-report');
      await tool(['exit 0']);
      assert.equal((await runDirectory(folder)).verdict.reason, 'no-tests');
    });

    it('a report of another module is stale while this one is fresh', async () => {
      await put(folder, join('other', report), failed);
      await tool([write(passed)]);
      assert.equal((await runDirectory(folder)).verdict.reason, 'passed');
    });

    it('does not compile', async () => {
      await put(folder, report, passed);
      await tool([`echo '${compileError}'`, 'exit 1']);
      const { verdict } = await runDirectory(folder);
      assert.equal(verdict.reason, 'tests-errored');
      assert.deepEqual(
        verdict.tests.map(({ name, failure }) => [name, failure?.message]),
        [['src/main/java/calc/Calc.java', 'line 5: cannot find symbol']],
      );
    });

    it('a truncated report is none', async () => {
      await tool([write(failed.slice(0, -20)), 'exit 1']);
      assert.equal((await runDirectory(folder)).verdict.reason, 'no-report');
    });
  });
}

describe('dotnet test', () => {
  const sdk = '<Project><ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk"/></ItemGroup></Project>';
  const environment = keepEnvironment();
  let root = '';
  let folder = '';

  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'retune-dotnet-')));
    folder = join(root, 'workspace');
    process.env.PATH = `${join(root, 'bin')}${delimiter}${process.env.PATH}`;
    await put(
      folder,
      'Calc.sln',
      'Project("{F}") = "Calc", "Calc\\Calc.csproj"\nProject("{F}") = "T", "Calc.Tests\\T.csproj"\n',
    );
    await put(folder, 'Calc/Calc.csproj', '<Project/>');
    await put(folder, 'Calc.Tests/T.csproj', sdk);
  });
  afterEach(async () => {
    environment.restore();
    await rm(root, { recursive: true, force: true });
  });

  async function tool(lines: readonly string[]): Promise<void> {
    // The directory follows --results-directory.
    const results = 'while [ "$1" != --results-directory ]; do shift; done; mkdir -p "$2"; cd "$2"';
    await put(root, 'bin/dotnet', `#!/bin/sh\n${results}\n${lines.join('\n')}\n`);
    await chmod(join(root, 'bin/dotnet'), 0o755);
  }
  const trx = (
    outcome: string,
  ) => `<TestRun><Results><UnitTestResult testId="1" testName="A.B.C" outcome="${outcome}"/></Results>
<TestDefinitions><UnitTest id="1"><TestMethod className="A.B" name="C"/></UnitTest></TestDefinitions><ResultSummary outcome="Completed"/></TestRun>`;

  it('takes the solution that has a test project, and all its reports', async () => {
    await tool([`echo '${trx('Passed')}' > retune_1.trx`, `echo '${trx('Failed')}' > retune_2.trx`, 'exit 1']);
    const { project, verdict } = await runDirectory(folder);
    assert.deepEqual(project.executable, ['dotnet', 'test', 'Calc.sln']);
    assert.equal(verdict.reason, 'tests-failed');
    assert.deepEqual([verdict.passed, verdict.failed], [1, 1]);
  });

  it('from a project of the solution upwards; without a test SDK nothing is found', async () => {
    await tool([`echo '${trx('Passed')}' > retune_1.trx`]);
    assert.equal((await runDirectory(folder, { target: 'Calc/Calc.csproj' })).project.cwd, folder);
    await put(folder, 'Calc.Tests/T.csproj', '<Project/>');
    await assert.rejects(runDirectory(folder), { code: 'tests.not-found' });
  });

  it('does not compile', async () => {
    await tool([`echo '${folder}/Calc/Calc.cs(5,12): error CS0103: no c [x.csproj]'`, 'exit 1']);
    const { verdict } = await runDirectory(folder);
    assert.equal(verdict.reason, 'tests-errored');
    assert.equal(verdict.tests[0]?.name, 'Calc/Calc.cs');
  });

  it('a truncated report is none, whatever the others say', async () => {
    await tool([`echo '${trx('Passed')}' > retune_1.trx`, "echo '<TestRun><Res' > retune_2.trx"]);
    assert.equal((await runDirectory(folder)).verdict.reason, 'no-report');
  });
});

describe('selections of build tools', () => {
  let scratch = '';
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-plan-'));
  });
  after(() => rm(scratch, { recursive: true, force: true }));

  const test = (id: string, name: string): TestResult => ({ id, name, status: 'failed' });
  const jvmTests = [
    test('src/test/java/a/B.java › a.B › adds', 'adds'),
    test('src/test/java/a/B.java › a.B › adds(int)[1]', 'adds(int)[1]'),
    test('a.C › works', 'works'),
  ];
  async function display(runner: Runner, tests: readonly TestResult[], manifest = ''): Promise<string | undefined> {
    const project: TestProject = { runner, folder: scratch, cwd: scratch, manifest, why: '', executable: ['x'] };
    return (await runner.plan(project, { kind: 'only', tests }, scratch))?.display;
  }

  it('maven', async () => {
    const expected = 'x -Dtest=a.B#adds,a.C#works -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false test';
    assert.equal(await display(maven, jvmTests), expected);
    assert.equal(await display(maven, [test('a.B › shows a name', 'shows a name')]), undefined);
  });

  it('gradle, in a build of one project', async () => {
    assert.equal(await display(gradle, jvmTests, 'build.gradle'), 'x test --tests a.B.adds --tests a.C.works');
    assert.equal(await display(gradle, jvmTests, 'settings.gradle'), undefined);
  });

  it('dotnet test', async () => {
    const tests = [test('A.B › C', 'C'), test('A.B › D(a: 1)', 'D(a: 1)')];
    assert.equal(await display(dotnetTest, tests), 'x --filter FullyQualifiedName=A.B.C|FullyQualifiedName=A.B.D');
    assert.equal(await display(dotnetTest, [test('C', 'C')]), undefined);
  });
});

async function put(directory: string, name: string, text: string): Promise<void> {
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
