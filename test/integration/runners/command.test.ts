import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenCommand } from '../../../src/runners/runners.ts';
import { setUpRunners } from '../../../tools/setup/runners.ts';
import { check, runVariant } from './javascript-matrix.ts';

const failing = { reason: 'tests-failed', counts: [1, 2, 0, 0] } as const;

/** Command lines as they are typed after `--test`, with what is run in their place. */
const lines = [
  ['vitest/failing', 'npx vitest --watch', 'vitest run', failing],
  ['vitest/failing', 'npm test', 'vitest run', failing],
  ['jest/failing', 'npx jest --watch', 'jest --ci --watchAll=false', failing],
  ['mocha/failing', 'npm run test', 'mocha --no-watch', failing],
  ['node-test/failing', 'node --test', 'node --test', failing],
  ['node-test/failing', 'FOO=1 npm t', 'node --test', failing],
  ['npm-script/passing', 'node check.js', 'node check.js', { reason: 'passed', counts: [2, 0, 0, 0] }],
  [
    'npm-script/failing',
    'node check.js; true',
    'node check.js; true',
    { reason: 'tests-failed', counts: [1, 1, 0, 0] },
  ],
  ['npm-script/forged-report', 'node check.js | cat', 'node check.js | cat', { reason: 'no-report' }],
  ['npm-script/passing', 'exit 3', 'exit 3', { reason: 'no-report' }],
  ['npm-script/no-test', 'echo ok 1 - fine', 'echo ok 1 - fine', { reason: 'no-report' }],
] as const;

describe('a command as typed', () => {
  before(function () {
    this.timeout(15 * 60_000);
    setUpRunners();
  });

  for (const [workspace, line, display, expected] of lines) {
    it(`${line} in ${workspace}: ${expected.reason}`, async () => {
      const result = await runVariant(workspace, { command: line });
      assert.equal(result.project.runner.name, 'command');
      assert.equal(result.run.plan.display, display);
      check(result, expected);
    });
  }

  /** What is typed, and the runner's options that show that it is at work; `TAP` when none is. */
  const others = [
    ['pytest -x tests', 'pytest -x tests --junitxml='],
    ['uv run python -m pytest', 'uv run python -m pytest --junitxml='],
    ['python3 -m unittest discover', 'python3 .*unittest'],
    ['cargo nextest run --release', 'cargo nextest run --release .'],
    ['dotnet test App.sln', 'dotnet test App.sln .*--logger'],
    ['./gradlew test', './gradlew .*test'],
    ['mvn test', 'mvn .*test'],
    ['go test ./...', 'go test -json'],
    ['cargo test --lib', 'cargo test --lib --no-fail-fast'],
    ['cargo test -- --nocapture', 'TAP'],
    ['go test ./pkg -run A', 'TAP'],
    ['A=1 pytest', 'TAP'],
    ['pytest | tee out', 'TAP'],
    ['pytester', 'TAP'],
  ] as const;
  for (const [commandLine, argv] of others) {
    it(`${commandLine}: ${argv === 'TAP' ? 'as typed' : 'by its runner'}`, async () => {
      const scratch = await mkdtemp(join(tmpdir(), 'retune-scratch-'));
      try {
        const project = { folder: scratch, cwd: scratch, manifest: '', why: '', executable: [], commandLine };
        const plan = await givenCommand.plan({ ...project, runner: givenCommand }, { kind: 'all' }, scratch);
        if (argv === 'TAP') assert.deepEqual([plan?.argv, plan?.shell, plan?.reports], [[commandLine], true, []]);
        else assert.match(plan?.argv.join(' ') ?? '', new RegExp(argv));
      } finally {
        await rm(scratch, { recursive: true });
      }
    });
  }

  it('is stopped, with everything that it started', async () => {
    const { verdict } = await runVariant('npm-script/hanging-loop', {
      command: 'echo a && node check.js',
      timeoutMs: 1000,
    });
    assert.equal(verdict.reason, 'timeout');
  });
});
