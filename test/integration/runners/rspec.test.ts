import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LoopEvent } from '../../../src/agent/events.ts';
import { detectTests } from '../../../src/runners/detection/detect.ts';
import { protect } from '../../../src/runners/protection/protected.ts';
import { rspec } from '../../../src/runners/rspec.ts';
import type { FixEvent } from '../../../src/session/fix-events.ts';
import { runFix } from '../../support/fix-run.ts';
import { runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { needsToolchain } from '../../support/toolchain.ts';
import { temporaryProject } from './temporary-project.ts';
import { describeMatrix, type Expected, keepEnvironment } from './toolchain-matrix.ts';

const wrong: Expected = {
  reason: 'tests-failed',
  counts: [0, 1, 0, 0],
  failing: ['Calc adds'],
  kind: 'wrong-result',
  message: /^expected: 3\n {5}got: -1/,
  expected: '3',
  actual: '-1',
  frames: ['spec/calc_spec.rb:5'],
};
const aborted: Expected = { reason: 'no-report', counts: [0, 0, 0, 0] };

describeMatrix(
  { name: 'rspec', toolchain: 'rspec', hangAfterMs: 4000 },
  {
    passing: { reason: 'passed', counts: [1, 0, 0, 0] },
    failing: {
      reason: 'tests-failed',
      counts: [1, 3, 0, 0],
      failing: ['Calc takes the first of none', 'Calc.add adds 1', 'Calc.add adds 2'],
      kind: 'wrong-result',
      message: /^NoMethodError: undefined method [`']first'/,
      frames: ['lib/calc.rb:7', 'spec/calc_spec.rb:17'],
    },
    erroring: {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['spec/calc_spec.rb'],
      kind: 'import',
      message: /^LoadError: cannot load such file -- .*lib\/gone\nat spec\/calc_spec\.rb:1$/,
    },
    'syntax-in-source': {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['spec/calc_spec.rb'],
      kind: 'syntax',
      message: /^SyntaxError: [\s\S]*lib\/calc\.rb/,
    },
    'broken-helper': {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['spec/spec_helper.rb'],
      kind: 'import',
      message: /^LoadError: cannot load such file -- no\/such\/library\nat spec\/spec_helper\.rb:1$/,
    },
    // RSpec calls these failed, whatever went wrong.
    'context-hook': {
      reason: 'tests-failed',
      counts: [1, 1, 0, 0],
      failing: ['Calc adds'],
      kind: 'runtime',
      message: /^RuntimeError: no such service$/,
      frames: ['spec/calc_spec.rb:4'],
    },
    teardown: {
      reason: 'tests-errored',
      counts: [1, 0, 0, 1],
      failing: ['spec/calc_spec.rb'],
      message: /^RuntimeError: cannot be stopped\nat spec\/calc_spec\.rb:4$/,
    },
    skipped: { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'some-skipped': { reason: 'passed', counts: [1, 0, 2, 0] },
    'skips-itself': { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'fixed-pending': {
      reason: 'tests-failed',
      counts: [0, 1, 0, 0],
      failing: ['Calc adds'],
      message: /since it is pending, but it passed|to fail\. No error was raised/,
    },
    'no-tests': { reason: 'no-tests', counts: [0, 0, 0, 0] },
    'huge-output': { reason: 'passed', counts: [1, 0, 0, 0] },
    'huge-output-failing': wrong,
    exits: aborted,
    'exits-at-load': aborted,
    'sys-exits': {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['Calc adds'],
      message: /^The example started and did not end\.$/,
    },
    crash: { reason: 'ended-by-signal', counts: [0, 0, 0, 0] },
    forged: aborted,
    'forged-failing': wrong,
    'fail-fast': {
      reason: 'tests-failed',
      counts: [1, 2, 0, 0],
      failing: ['Calc adds two', 'Calc adds one'],
      expected: '3',
      actual: '-1',
    },
    'unusual-names': {
      reason: 'tests-failed',
      counts: [0, 7, 0, 0],
      failing: [
        "Calc is $HOME `id` '; *",
        'Calc has two lines',
        'Calc is expected to eq 3',
        "Calc example at ./spec/a [1] 'calc'_spec.rb:15",
        'Calc is — ünïcode 🦀',
        'Calc behaves like a sum is "quoted", [bracketed] and (more)',
        'Calc behaves like a sum is "quoted", [bracketed] and (more)',
      ],
      expected: '3',
      actual: '-1',
      frames: ["spec/a [1] 'calc'_spec.rb:12"],
    },
  },
);

describe('rspec: a selection', () => {
  needsToolchain('rspec');

  for (const workspace of ['failing', 'unusual-names']) {
    it(`runs the failing examples of ${workspace} and nothing else`, () =>
      withWorkspace(`rspec/${workspace}`, async (directory) => {
        const { verdict } = await runDirectory(directory);
        const tests = verdict.tests.filter(({ status }) => status === 'failed').slice(1);
        const again = await runDirectory(directory, { selection: { kind: 'only', tests } });
        assert.deepEqual(again.verdict.tests.map(({ id }) => id).sort(), tests.map(({ id }) => id).sort());
        assert.equal(again.run.selection.kind, 'only');
        assert.equal(again.verdict.failed, tests.length);
      }));
  }

  it('keeps the ids of examples without a description when they pass', () =>
    withWorkspace('rspec/unusual-names', async (directory) => {
      const before = await runDirectory(directory);
      await writeFile(join(directory, 'lib', 'calc.rb'), 'module Calc\n  def self.add(a, b) = a + b\nend\n');
      const after = await runDirectory(directory);
      assert.equal(after.verdict.passed, 6);
      const ids = (tests: typeof after.verdict.tests): string[] => tests.map(({ id }) => id).sort();
      assert.deepEqual(ids(after.verdict.tests), ids(before.verdict.tests));
    }));

  it('runs all where the typed command names files of its own', () =>
    withWorkspace('rspec/failing', async (directory) => {
      const command = 'rspec spec/calc_spec.rb';
      const { verdict, run } = await runDirectory(directory, { command });
      assert.equal(run.plan.display, command);
      assert.deepEqual([verdict.passed, verdict.failed], [1, 3]);
      const selection = { kind: 'only', tests: verdict.tests.slice(0, 1) } as const;
      assert.equal((await runDirectory(directory, { command, selection })).run.selection.kind, 'all');
    }));
});

describe('rspec: frames', () => {
  needsToolchain('rspec');

  it('leave out what Bundler installed in the workspace', () =>
    withWorkspace('rspec/passing', async (directory) => {
      await put(directory, 'vendor/bundle/sums.rb', 'module Sums\n  def self.add = raise\nend\n');
      await put(
        directory,
        'lib/calc.rb',
        "require_relative '../vendor/bundle/sums'\nmodule Calc\n  def self.add(*) = Sums.add\nend\n",
      );
      const [test] = (await runDirectory(directory)).verdict.tests;
      assert.deepEqual(test?.failure?.frames[0], { path: 'lib/calc.rb', line: 3, symbol: 'add' });
    }));
});

describe('rspec: variables', () => {
  needsToolchain('rspec');
  const environment = keepEnvironment();
  after(() => environment.restore());

  it('leave the report where it is', async () => {
    process.env.SPEC_OPTS = '--format documentation --dry-run';
    const { verdict } = await withWorkspace('rspec/failing', (directory) => runDirectory(directory));
    assert.deepEqual([verdict.passed, verdict.failed], [1, 3]);
  });
});

describe('rspec: detection', () => {
  const spec = "RSpec.describe('a') { it('b') { } }\n";
  const environment = keepEnvironment();
  let tools = '';
  before(async () => {
    tools = await mkdtemp(join(tmpdir(), 'retune-tools-'));
    await program(join(tools, 'bundle'));
    process.env.PATH = tools;
  });
  after(async () => {
    environment.restore();
    await rm(tools, { recursive: true });
  });

  for (const [what, files, expected] of [
    ['.rspec', { '.rspec': '' }, 'rspec'],
    ['a helper', { 'spec/spec_helper.rb': '' }, 'rspec'],
    ['a file of examples deep below spec', { 'spec/models/shop/cart_spec.rb': spec }, 'rspec'],
    ['a Gemfile that names it', { Gemfile: "gem 'rspec-rails'\n", 'spec/a.rb': '' }, 'bundle exec rspec'],
    [
      'a gemspec',
      { Gemfile: 'gemspec\n', 'a.gemspec': "s.add_development_dependency 'rspec'\n", 'spec/a.rb': '' },
      'bundle exec rspec',
    ],
    ['a Gemfile without it', { Gemfile: "gem 'rake'\n", 'spec/a_spec.rb': spec }, 'rspec'],
    ['a script of the project', { 'bin/rspec': '#!/bin/sh\n', '.rspec': '' }, 'bin/rspec'],
    ['a Rakefile alone', { Rakefile: 'task default: :spec\nRSpec::Core::RakeTask.new(:spec)\n' }, '-'],
    ['a Gemfile without a folder spec', { Gemfile: "gem 'rspec'\n" }, '-'],
  ] as const) {
    it(`${what}: ${expected}`, async () => {
      const project = temporaryProject(files);
      try {
        if ('bin/rspec' in files) await chmod(join(project.folder, 'bin', 'rspec'), 0o755);
        const found = await project.detect().catch(() => undefined);
        const words = found?.executable.join(' ').replace(`${project.folder}/`, '') ?? '-';
        assert.equal(words, expected);
        if (found !== undefined) assert.match(found.why, /^.+\.$/);
      } finally {
        project.remove();
      }
    });
  }

  it('from an example, by the folder that contains spec; its Gemfile may lie above', async () => {
    const project = temporaryProject({
      Gemfile: "gem 'rspec'\n",
      'shop/spec/models/cart_spec.rb': spec,
      'shop/lib/cart.rb': '',
    });
    try {
      const { runner, cwd, executable } = await project.detect('shop/spec/models/cart_spec.rb');
      assert.equal(runner, rspec);
      assert.equal(cwd, join(project.folder, 'shop'));
      assert.deepEqual(executable, ['bundle', 'exec', 'rspec']);
    } finally {
      project.remove();
    }
  });

  it('takes what is typed, unless it does not run the examples or writes its report elsewhere', () => {
    for (const line of ['rspec', 'bundle exec rspec spec/a_spec.rb:3', 'bin/rspec -fd', './bin/rspec --tag slow']) {
      assert.match(line, rspec.typed!.line);
    }
    for (const line of ['rspec --dry-run', 'rspec --init', 'rspec -o out.txt', 'rspec -- a', 'rspecs', 'rake spec']) {
      assert.doesNotMatch(line, rspec.typed!.line);
    }
  });
});

describe('rspec: protected files', () => {
  it('are the examples, their helpers and what installs them, and not the sources', () =>
    withWorkspace('rspec/failing', async (directory) => {
      const kept = ['Gemfile.lock', 'spec/support/fixtures.yml', 'packages/a/spec/b_spec.rb'];
      for (const path of kept) await put(directory, path, 'a');
      const files = await protect(await detectTests(directory), []);
      await put(directory, 'lib/calc.rb', '');
      assert.deepEqual(await files.changed(), []);
      const changed = [...kept, '.rspec', 'spec/calc_spec.rb', 'Rakefile'];
      for (const path of changed) await put(directory, path, 'b');
      assert.deepEqual(await files.changed(), changed.sort());
    }));
});

describe('rspec: a session', () => {
  needsToolchain('rspec');

  it('finds the target from the examples, and solves it', () =>
    withWorkspace('rspec/failing', async (folder) => {
      const state = await mkdtemp(join(tmpdir(), 'retune-session-'));
      try {
        const recorded = [calc('a * b', 'items&.first'), calc('a + b', 'items&.first')].map(generated);
        const { session, events } = await runFix({ folder, state }, undefined, { recorded });
        assert.deepEqual(events.flatMap(reasonOf), ['lib/calc.rb', 'tests-failed', 'passed']);
        await session.keep(new AbortController().signal);
        await session.dispose();
        assert.match(await readFile(join(folder, 'lib', 'calc.rb'), 'utf8'), /a \+ b/);
      } finally {
        await rm(state, { recursive: true, force: true });
      }
    }));
});

function calc(sum: string, first: string): string {
  return `module Calc
  def self.add(a, b)
    ${sum}
  end

  def self.first(items)
    ${first}
  end
end
`;
}

function generated(code: string, index: number): LoopEvent {
  const facts = { promptTokens: [], responseTokens: [], finish: 'stop-token', seed: 0, milliseconds: 0 } as const;
  return { kind: 'generated', turn: index + 1, text: `\`\`\`ruby\n${code}\`\`\`\n`, ...facts };
}

function reasonOf(event: FixEvent): string[] {
  if (event.kind === 'target') return event.files.map(({ path }) => path);
  return event.kind === 'verdict' ? [event.verdict.reason] : [];
}

async function program(file: string): Promise<void> {
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
}

async function put(directory: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), text);
}
