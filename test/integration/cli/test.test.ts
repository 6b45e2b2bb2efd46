import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertWithin, until } from '../../support/time.ts';
import { nodePackage, nodeTests, type TemporaryProject, temporaryProject } from '../runners/temporary-project.ts';
import { lives } from '../shared/process/scripts.ts';
import { type Finished, runCli } from './run-cli.ts';

describe('retune test', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject({
      'package.json': nodePackage,
      'test/sum.test.js': nodeTests({ adds: 'assert.equal(1 + 1, 2)', subtracts: 'assert.equal(2 - 1, 3)' }),
      'ok/package.json': nodePackage,
      'ok/ok.test.js': nodeTests({ 'is well': '' }),
    });
  });
  afterEach(() => project.remove());

  const run = (args: readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<Finished> =>
    runCli(['test', project.folder, ...args], { ...options, sidecar: null });

  it('--json prints one object and fails when tests fail', async () => {
    const { code, stdout, stderr } = await run(['--json']);
    assert.equal(code, 1, stderr);
    assert.equal(stderr, '');
    const { tests, detail, command, ...rest } = JSON.parse(stdout);
    assert.deepEqual(rest, {
      ...{ runner: 'node-test', cwd: project.folder, reward: -1, reason: 'tests-failed' },
      ...{ passed: 2, failed: 1, skipped: 0, errored: 0 },
    });
    assert.match(command, /node --test/);
    assert.match(detail, /^1 of 3 tests failed: subtracts\.$/);
    assert.deepEqual(
      tests.map(({ status }: { status: string }) => status),
      ['failed', 'passed', 'passed'],
    );
    assert.equal(tests[0].failure.expected, '3');
    assert.equal(tests[0].failure.actual, '1');
  });

  it('passes when all pass, in the package of the target', async () => {
    const { code, stdout } = await run(['--target', 'ok/ok.test.js', '--json']);
    const { reward, reason, cwd, passed } = JSON.parse(stdout);
    assert.deepEqual(
      { code, reward, reason, cwd, passed },
      {
        ...{ code: 0, reward: 1, reason: 'passed', cwd: join(project.folder, 'ok'), passed: 1 },
      },
    );
  });

  it('shows what was detected, every failure with its evidence, and the verdict', async () => {
    const { code, stdout } = await run([]);
    assert.equal(code, 1);
    assert.match(stdout, /^runner {3}node-test: .+\ncommand {2}.*node --test.*\nfolder {3}/);
    assert.match(
      stdout,
      /✗ test\/sum\.test\.js › subtracts\n {6}\S.*\n(.*\n)* {6}expected {2}3\n {6}actual {4}1\n {6}at test\/sum/,
    );
    assert.match(
      stdout,
      /✗ 1 of 3 tests failed: subtracts\.\n {2}2 passed, 1 failed, \d+\.\d s, reward −1 \(tests-failed\)\n$/,
    );
    assert.doesNotMatch(stdout, /\u001b/);
  });

  it('what tests print cannot drive the terminal', async () => {
    project.write({
      'test/sum.test.js': nodeTests({ 'a\u001b]0;title\u0007b': `throw new Error('\u001b[2Jx\u202e')` }),
    });
    const { stdout } = await run([], { env: { FORCE_COLOR: '1' } });
    assert.match(stdout, /\u001b\[31m/);
    assert.doesNotMatch(stdout.replace(/\u001b\[\d+m/g, ''), /[\u001b\u0007\u202e]/);
  });

  it('a hanging run ends with its time', async () => {
    project.write({ 'test/sum.test.js': nodeTests({ hangs: 'for (;;);' }) });
    const { code, stdout } = await run(['--timeout', '1', '--json']);
    const { reward, reason } = JSON.parse(stdout);
    assert.deepEqual({ code, reward, reason }, { code: 1, reward: -1, reason: 'timeout' });
  });

  for (const [what, args] of [
    ['an unknown option', ['--watch']],
    ['a timeout that is none', ['--timeout', 'soon']],
    ['a target outside', ['--target', '..']],
    ['an empty command', ['--test', ' ']],
  ] as const) {
    it(`${what} is wrong usage`, async () => assert.equal((await run(args)).code, 2));
  }

  it('says so when there are no tests', async () => {
    const bare = temporaryProject({ 'readme.md': '' });
    const { code, stderr } = await runCli(['test', bare.folder], { sidecar: null });
    bare.remove();
    assert.equal(code, 1);
    assert.match(stderr, /No tests were found in/);
  });

  it('Ctrl-C ends the whole tree within two seconds', async function () {
    if (process.platform === 'win32') return this.skip();
    const pids = join(project.folder, 'pids');
    project.write({
      'test/sum.test.js': nodeTests({
        hangs: `process.on('SIGTERM', () => {}); fs.writeFileSync('pids', process.pid + ' ' + process.ppid); for (;;);`,
      }),
    });
    let from = 0;
    const { code } = await run(['--json'], {
      onStart: (child) =>
        void until(() => existsSync(pids) && readFileSync(pids, 'utf8').includes(' '), 'the test').then(() => {
          from = performance.now();
          child.kill('SIGINT');
        }),
    });
    assert.equal(code, 130);
    assertWithin(performance.now() - from, 2000, 'the interruption');
    assert.deepEqual(readFileSync(pids, 'utf8').split(' ').map(Number).filter(lives), []);
  });
});
