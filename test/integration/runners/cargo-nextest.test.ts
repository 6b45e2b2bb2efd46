import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { captureCommand } from '../../../src/runners/running/capture.ts';
import { runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { needsToolchain } from '../../support/toolchain.ts';
import { keepEnvironment } from './toolchain-matrix.ts';

// nextest comes in no package, so a script stands in its place and writes what nextest writes, where the profile that it
// is given says.

const report = (cases: string) => `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="2" failures="1" errors="0" uuid="x" timestamp="2026-01-01T00:00:00Z" time="0.1">
    <testsuite name="calc" tests="2" disabled="0" errors="0" failures="1">${cases}</testsuite>
</testsuites>`;
const passed = '<testcase name="tests::adds" classname="calc" time="0.004"/>';
const failed = `<testcase name="tests::adds" classname="calc" time="0.004">
            <failure message="thread &apos;tests::adds&apos; (12) panicked at src/lib.rs:12:9" type="test failure with exit code 101">thread &apos;tests::adds&apos; (12) panicked at src/lib.rs:12:9:
assertion \`left == right\` failed
  left: -1
 right: 3</failure>
            <system-out>test tests::adds ... ok</system-out>
        </testcase>
        <testcase name="outside" classname="calc::it" time="0.004"/>
        <testcase name="works" classname="calc::bin/tool" time="0.004"/>`;

describe('cargo nextest: by its report', () => {
  const environment = keepEnvironment();
  let bin = '';

  before(async function () {
    if (process.platform === 'win32') this.skip();
    bin = await realpath(await mkdtemp(join(tmpdir(), 'retune-nextest-')));
    process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
    await script('cargo-nextest', []);
  });
  after(async () => {
    environment.restore();
    if (bin !== '') await rm(bin, { recursive: true, force: true });
  });

  async function script(name: string, lines: readonly string[]): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${lines.join('\n')}\n`);
    await chmod(join(bin, name), 0o755);
  }

  /** Runs with a cargo that writes this report into the file that the profile names. */
  async function run(xml: string | undefined, code: number) {
    const find = [
      'for a in "$@"; do case "$a" in --tool-config-file=retune:*) config=$(echo "$a" | cut -d: -f2);; esac; done',
      'file=$(sed -n \'s/^path = "\\(.*\\)"$/\\1/p\' "$config")',
    ];
    const write = xml === undefined ? [] : [`cat > "$file" <<'END'\n${xml}\nEND`];
    await script('cargo', [...find, ...write, 'echo "error[E0425]: no c" >&2', `exit ${code}`]);
    return withWorkspace('cargo-test/failing', async (directory) => {
      await mkdir(join(directory, 'tests'), { recursive: true });
      await writeFile(join(directory, 'tests', 'it.rs'), '');
      return runDirectory(directory);
    });
  }

  it('is taken where it is installed; passing', async () => {
    const { project, verdict } = await run(report(passed), 0);
    assert.equal(project.runner.name, 'cargo-nextest');
    assert.equal(verdict.reason, 'passed');
  });

  it('failing: files by the ids of binaries, values and frames', async () => {
    const { verdict } = await run(report(failed), 100);
    assert.equal(verdict.reason, 'tests-failed');
    assert.deepEqual(
      verdict.tests.map(({ id }) => id),
      ['src/lib.rs › tests::adds', 'tests/it.rs › outside', 'calc::bin/tool › works'],
    );
    const [{ failure } = {}] = verdict.tests;
    assert.deepEqual([failure?.expected, failure?.actual], ['3', '-1']);
    assert.deepEqual(failure?.frames, [{ path: 'src/lib.rs', line: 12 }]);
  });

  it('does not compile; has no tests; ends without a report', async () => {
    assert.equal((await run(undefined, 101)).verdict.reason, 'tests-errored');
    assert.equal((await run(undefined, 4)).verdict.reason, 'no-tests');
    assert.equal((await run(undefined, 0)).verdict.reason, 'no-report');
  });
});

describe('cargo nextest: a test process that ends early', () => {
  needsToolchain('cargo');

  /** Exit code of one test under our program, as nextest would start it. */
  async function codeOf(workspace: string): Promise<number | null> {
    return withWorkspace(workspace, async (directory) => {
      const target = join(directory, '..', 'target');
      const build = spawnSync(
        'cargo',
        ['test', '--no-run', '--offline', '--message-format=json', '--target-dir', target],
        {
          cwd: directory,
          encoding: 'utf8',
        },
      );
      const binary = /"executable":"([^"]+)"/.exec(build.stdout)?.[1];
      assert.ok(binary !== undefined, build.stderr);
      const [node = '', file = ''] = await captureCommand(target);
      const test = [binary, '--exact', 'tests::adds', '--nocapture'];
      const run = spawnSync(node, [file, 'nextest', target, ...test], { cwd: directory });
      return run.status;
    });
  }

  it('is no success', async () => {
    assert.equal(await codeOf('cargo-test/passing'), 0);
    assert.equal(await codeOf('cargo-test/forged-failing'), 101);
    assert.equal(await codeOf('cargo-test/exits'), 70);
    assert.equal(await codeOf('cargo-test/forged'), 70);
  });
});
