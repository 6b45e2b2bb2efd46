import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FailureKind, Verdict } from '../../../../src/agent/verdict.ts';
import type { FixEvent } from '../../../../src/session/fix-events.ts';
import { setUpRunners } from '../../../../tools/setup/runners.ts';
import type { ToolchainName } from '../../../../tools/setup/toolchains.ts';
import { runFix } from '../../../support/fix-run.ts';
import { linkRunners } from '../../../support/javascript-workspace.ts';
import { ScriptedPolicy } from '../../../support/scripted-policy.ts';
import { needsToolchain } from '../../../support/toolchain.ts';
import { temporaryProject } from '../../runners/temporary-project.ts';

/** A package with one test that fails for what is wrong in the target and one that passes. */
interface Sample {
  readonly runner: string;
  readonly toolchain?: ToolchainName;
  readonly javascript?: true;
  readonly target: string;
  readonly files: Readonly<Record<string, string>>;
  /** Texts of the target with which the tests cannot run, and the kind of failure that each must be. */
  readonly attempts: Readonly<Record<string, readonly [FailureKind, string]>>;
}

const files = (test: string, more: Readonly<Record<string, string>>) => ({
  'package.json': JSON.stringify({ name: 'sample', private: true, type: 'module', scripts: { test } }),
  ...more,
});

const esModule: Sample['attempts'] = {
  'syntax error': ['syntax', 'export const add = (a, b) => {\n  return a + ;\n};\n'],
  'import of a file that does not exist': [
    'import',
    "import { sum } from './missing.js';\nexport const add = (a, b) => sum(a, b);\n",
  ],
  'import of a package that does not exist': [
    'import',
    "import sum from 'no-such-package';\nexport const add = (a, b) => sum(a, b);\n",
  ],
  'name that does not exist': ['runtime', 'const zero = nothing + 0;\nexport const add = (a, b) => a + b + zero;\n'],
  'exit with 0': ['runtime', 'process.exit(0);\nexport const add = (a, b) => a + b;\n'],
  'exit with 3': ['runtime', 'process.exit(3);\nexport const add = (a, b) => a + b;\n'],
  abort: ['runtime', 'process.abort();\nexport const add = (a, b) => a + b;\n'],
};

const commonJs: Sample['attempts'] = Object.fromEntries(
  Object.entries(esModule).map(([name, [kind, text]]) => [
    name,
    [
      kind,
      text.replace(/import (.*) from (.*);/, 'const $1 = require($2);').replace('export const add =', 'exports.add ='),
    ],
  ]),
);

const buggy = 'export const add = (a, b) => a - b;\n';
const asserted = (imports: string) => `import assert from 'node:assert/strict';
${imports}
import { add } from '../src/add.js';

test('adds', () => assert.equal(add(2, 3), 5));
test('zero', () => assert.equal(add(0, 0), 0));
`;

const python: Sample['attempts'] = {
  'syntax error': ['syntax', 'def add(a, b)\n    return a + b\n'],
  'import of a module that does not exist': ['import', 'import no_such_module\n\ndef add(a, b):\n    return a + b\n'],
  'name that does not exist': ['runtime', 'zero = nothing\n\ndef add(a, b):\n    return a + b + zero\n'],
  'exit with 0': ['runtime', 'import os\nos._exit(0)\n\ndef add(a, b):\n    return a + b\n'],
  'exit with 3': ['runtime', 'import sys\nsys.exit(3)\n\ndef add(a, b):\n    return a + b\n'],
  'segmentation fault': [
    'runtime',
    'import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n\ndef add(a, b):\n    return a + b\n',
  ],
};

const go = (imports: string, body: string): string =>
  `package calc\n\n${imports}\n${body}\nfunc Add(a, b int) int {\n\treturn a + b\n}\n`;
const ruby = (head: string): string => `${head}\n\ndef add(a, b)\n  a + b\nend\n`;

const samples: readonly Sample[] = [
  {
    runner: 'node-test',
    javascript: true,
    target: 'src/add.js',
    files: files('node --test', {
      'src/add.js': buggy,
      'test/add.test.js': asserted("import { test } from 'node:test';"),
      'test/other.test.js': "import { test } from 'node:test';\ntest('other', () => {});\n",
    }),
    attempts: esModule,
  },
  {
    runner: 'vitest',
    javascript: true,
    target: 'src/add.js',
    files: files('vitest run', {
      'src/add.js': buggy,
      'test/add.test.js': asserted("import { test } from 'vitest';"),
    }),
    attempts: esModule,
  },
  {
    runner: 'mocha',
    javascript: true,
    target: 'src/add.js',
    files: files('mocha test', {
      'src/add.js': buggy,
      'test/add.test.js': asserted('const test = it;'),
    }),
    attempts: esModule,
  },
  {
    runner: 'jest',
    javascript: true,
    target: 'src/add.js',
    files: {
      'package.json': '{"name": "sample", "private": true, "scripts": {"test": "jest --maxWorkers=1"}}',
      'src/add.js': 'exports.add = (a, b) => a - b;\n',
      'test/add.test.js': `const { add } = require('../src/add.js');
test('adds', () => expect(add(2, 3)).toBe(5));
test('zero', () => expect(add(0, 0)).toBe(0));
`,
    },
    attempts: commonJs,
  },
  {
    runner: 'npm-script',
    javascript: true,
    target: 'src/add.js',
    files: files('node check.js', {
      'src/add.js': buggy,
      'check.js': `import { add } from './src/add.js';
console.log('TAP version 13\\n1..2');
console.log(add(2, 3) === 5 ? 'ok 1 - adds' : 'not ok 1 - adds');
console.log(add(0, 0) === 0 ? 'ok 2 - zero' : 'not ok 2 - zero');
process.exitCode = add(2, 3) === 5 ? 0 : 1;
`,
    }),
    attempts: esModule,
  },
  {
    runner: 'pytest',
    toolchain: 'pytest',
    target: 'calc.py',
    files: {
      'pytest.ini': '[pytest]\n',
      'calc.py': 'def add(a, b):\n    return a - b\n',
      'test_calc.py':
        'from calc import add\n\ndef test_adds():\n    assert add(2, 3) == 5\n\ndef test_zero():\n    assert add(0, 0) == 0\n',
    },
    attempts: python,
  },
  {
    runner: 'unittest',
    toolchain: 'pytest',
    target: 'calc.py',
    files: {
      'calc.py': 'def add(a, b):\n    return a - b\n',
      'test_calc.py': `import unittest
from calc import add

class TestAdd(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(2, 3), 5)

    def test_zero(self):
        self.assertEqual(add(0, 0), 0)
`,
    },
    attempts: python,
  },
  {
    runner: 'go-test',
    toolchain: 'go',
    target: 'calc.go',
    files: {
      'go.mod': 'module example.com/calc\n\ngo 1.18\n',
      'calc.go': 'package calc\n\nfunc Add(a, b int) int {\n\treturn a - b\n}\n',
      'calc_test.go': `package calc

import "testing"

func TestAdd(t *testing.T) {
	if got := Add(2, 3); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}

func TestZero(t *testing.T) {
	if Add(0, 0) != 0 {
		t.Error("not 0")
	}
}
`,
    },
    attempts: {
      'syntax error': ['syntax', 'package calc\n\nfunc Add(a, b int) int {\n\treturn a +\n}\n'],
      'import of a package that does not exist': ['import', go('import _ "example.com/missing"', '')],
      'name that does not exist': ['syntax', go('', 'var zero = nothing\n')],
      panic: ['runtime', go('', 'func init() {\n\tpanic("no")\n}\n')],
      'exit with 0': ['runtime', go('import "os"', 'func init() {\n\tos.Exit(0)\n}\n')],
      'exit with 3': ['runtime', go('import "os"', 'func init() {\n\tos.Exit(3)\n}\n')],
    },
  },
  {
    runner: 'cargo-test',
    toolchain: 'cargo',
    target: 'src/lib.rs',
    files: {
      'Cargo.toml': '[package]\nname = "calc"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/lib.rs': 'pub fn add(a: i32, b: i32) -> i32 {\n    a - b\n}\n',
      'tests/add.rs':
        'use calc::add;\n\n#[test]\nfn adds() {\n    assert_eq!(add(2, 3), 5);\n}\n\n#[test]\nfn zero() {\n    assert_eq!(add(0, 0), 0);\n}\n',
    },
    attempts: {
      'syntax error': ['syntax', 'pub fn add(a: i32, b: i32 -> i32 {\n    a + b\n}\n'],
      'import of a crate that does not exist': [
        'import',
        'use missing::sum;\n\npub fn add(a: i32, b: i32) -> i32 {\n    sum(a, b)\n}\n',
      ],
      'name that does not exist': ['syntax', 'pub fn add(a: i32, b: i32) -> i32 {\n    a + b + nothing\n}\n'],
      'exit with 0': [
        'runtime',
        'pub fn add(a: i32, b: i32) -> i32 {\n    if a == b {\n        std::process::exit(0)\n    }\n    a + b\n}\n',
      ],
      abort: ['runtime', 'pub fn add(_: i32, _: i32) -> i32 {\n    std::process::abort()\n}\n'],
    },
  },
  {
    runner: 'rspec',
    toolchain: 'rspec',
    target: 'lib/calc.rb',
    files: {
      '.rspec': '',
      'lib/calc.rb': 'def add(a, b)\n  a - b\nend\n',
      'spec/calc_spec.rb': `require_relative '../lib/calc'

RSpec.describe 'add' do
  it('adds') { expect(add(2, 3)).to eq(5) }
  it('zero') { expect(add(0, 0)).to eq(0) }
end
`,
    },
    attempts: {
      'syntax error': ['syntax', 'def add(a, b\n  a + b\nend end\n'],
      'import of a file that does not exist': ['import', ruby("require 'no_such_file'")],
      'name that does not exist': ['runtime', ruby('ZERO = nothing')],
      'exit with 0': ['runtime', ruby('exit!(0)')],
      'exit with 3': ['runtime', ruby('exit(3)')],
      'segmentation fault': ['runtime', ruby("Process.kill('SEGV', Process.pid)\nsleep 1")],
    },
  },
];

interface Workspace {
  readonly folder: string;
  readonly state: string;
}

async function withSample<T>(sample: Sample, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const project = temporaryProject(sample.files);
  try {
    if (sample.javascript) await linkRunners(project.folder);
    const state = path.join(path.dirname(project.folder), 'state');
    await mkdir(state);
    return await use({ folder: project.folder, state });
  } finally {
    project.remove();
  }
}

/** One session whose turns attempt these texts; none may be a success. */
async function verdictsOn(
  sample: Sample,
  texts: readonly string[],
  onEvent: (event: FixEvent, workspace: Workspace) => void | Promise<void> = () => undefined,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly runner: string }> {
  return withSample(sample, async (workspace) => {
    const policy = new ScriptedPolicy({ answers: texts.map((text) => `\`\`\`\n${text}\`\`\``) });
    const { session, events } = await runFix(
      workspace,
      policy,
      { target: [sample.target], maxTurns: texts.length, method: 'rosa' },
      { onEvent: (event) => onEvent(event, workspace) },
    );
    await session.undo();
    await session.dispose();
    return {
      verdicts: events.flatMap((event) => (event.kind === 'verdict' ? [event.verdict] : [])),
      runner: events.flatMap((event) => (event.kind === 'detected' ? [event.runner] : []))[0] ?? '',
    };
  });
}

describe('attempts with which the tests cannot run', function () {
  this.timeout(10 * 60_000);

  for (const sample of samples) {
    describe(sample.runner, () => {
      if (sample.toolchain !== undefined) needsToolchain(sample.toolchain);
      if (sample.javascript) before(() => setUpRunners());

      it('fail, each with its kind', async () => {
        const attempts = Object.entries(sample.attempts);
        const { verdicts, runner } = await verdictsOn(
          sample,
          attempts.map(([, [, text]]) => text),
        );
        assert.equal(runner, sample.runner);
        const seen = verdicts.map(({ reward, reason, failureKind, detail }, turn) => ({
          attempt: attempts[turn]?.[0],
          reward,
          reason,
          failureKind,
          detail,
        }));
        assert.deepEqual(
          seen.map(({ attempt, reward, reason, failureKind }) => ({ attempt, reward, reason, failureKind })),
          attempts.map(([attempt, [failureKind]]) => ({
            attempt,
            reward: -1,
            reason: 'broken-by-attempt',
            failureKind,
          })),
          JSON.stringify(seen, undefined, 1),
        );
      });
    });
  }
});

const right = 'export const add = (a, b) => a + b;\n';
const nameError = esModule['name that does not exist']![1];
const packageFile = JSON.stringify({ name: 'x', private: true, type: 'module', scripts: { test: 'node --test' } });

interface HarnessCase {
  readonly sample: Omit<Sample, 'runner' | 'attempts' | 'target'>;
  readonly attempt: string;
  /** Done when the attempt has been written. */
  readonly meanwhile?: (folder: string) => Promise<void>;
  readonly reason: Verdict['reason'];
  readonly detail?: RegExp;
}

const nodeSample = (more: Readonly<Record<string, string>> = {}): HarnessCase['sample'] => ({
  files: {
    'package.json': packageFile,
    'src/add.js': buggy,
    'test/add.test.js': asserted("import { test } from 'node:test';"),
    ...more,
  },
});
const withHelper = nodeSample({
  'src/add.js': `import { one } from './helper.js';\n${buggy}`,
  'src/helper.js': 'export const one = 1;\n',
});
const withFlag = (then: string): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ private: true, type: 'module', scripts: { test: 'node check.js' } }),
  'check.js': `import { existsSync, rmSync } from 'node:fs';
import { add } from './src/add.js';
if (existsSync('flag')) { ${then} }
console.log('TAP version 13\\n1..2');
console.log(add(2, 3) === 5 ? 'ok 1 - adds' : 'not ok 1 - adds');
console.log(add(0, 0) === 0 ? 'ok 2 - zero' : 'not ok 2 - zero');
process.exitCode = add(2, 3) === 5 ? 0 : 1;
`,
});
const raiseFlag = (folder: string) => writeFile(path.join(folder, 'flag'), '');

/** In each, something other than the attempt keeps the tests from running. */
const harness: Readonly<Record<string, HarnessCase>> = {
  'a test file that was broken at the baseline': {
    sample: nodeSample({ 'test/broken.test.js': 'import { test from "node:test";\n' }),
    attempt: right,
    reason: 'tests-errored',
    detail: /still cannot be run, as before/,
  },
  'a test file that someone changed': {
    sample: nodeSample(),
    attempt: nameError,
    meanwhile: (folder) => appendFile(path.join(folder, 'test/add.test.js'), '// changed\n'),
    reason: 'protected-changed',
  },
  'a source file that someone broke': {
    sample: withHelper,
    attempt: `import { one } from './helper.js';\n${right}`,
    meanwhile: (folder) => writeFile(path.join(folder, 'src/helper.js'), 'export const one = ;\n'),
    reason: 'tests-errored',
    detail: /src\/helper\.js was changed by something else meanwhile/,
  },
  'a source file that someone changed while the attempt breaks too': {
    sample: withHelper,
    attempt: `import { one } from './helper.js';\n${nameError}`,
    meanwhile: (folder) => appendFile(path.join(folder, 'src/helper.js'), '// changed\n'),
    reason: 'tests-errored',
    detail: /src\/helper\.js/,
  },
  'a source file that someone deleted': {
    sample: withHelper,
    attempt: `import { one } from './helper.js';\n${right}`,
    meanwhile: (folder) => rm(path.join(folder, 'src/helper.js')),
    reason: 'tests-errored',
  },
  'a package that someone removed': {
    sample: nodeSample({
      'src/add.js': `import 'left';\n${buggy}`,
      'node_modules/left/package.json': '{"name": "left", "type": "module", "main": "index.js"}',
      'node_modules/left/index.js': '',
    }),
    attempt: `import 'left';\n${right}`,
    meanwhile: (folder) => rm(path.join(folder, 'node_modules'), { recursive: true }),
    reason: 'tests-errored',
  },
  'a runner that someone removed': {
    sample: {
      javascript: true,
      files: {
        'package.json': JSON.stringify({ private: true, type: 'module', scripts: { test: 'mocha test' } }),
        'src/add.js': buggy,
        'test/add.test.js': asserted('const test = it;'),
      },
    },
    attempt: nameError,
    meanwhile: (folder) => unlink(path.join(path.dirname(folder), 'node_modules')),
    reason: 'could-not-start',
  },
  'a service that is gone': {
    sample: nodeSample(withFlag("throw new Error('the database is not there')")),
    attempt: right,
    meanwhile: raiseFlag,
    reason: 'tests-errored',
  },
  'a connection that is refused, without a place': {
    sample: nodeSample(withFlag("console.error('connect ECONNREFUSED 127.0.0.1:5432'); process.exit(1)")),
    attempt: right,
    meanwhile: raiseFlag,
    reason: 'no-report',
  },
  'a signal from outside, once': {
    sample: nodeSample(withFlag("rmSync('flag'); process.kill(process.pid, 'SIGKILL')")),
    attempt: right,
    meanwhile: raiseFlag,
    reason: 'no-report',
  },
};

describe('what is not the fault of the attempt', function () {
  this.timeout(5 * 60_000);
  before(() => setUpRunners());

  for (const [name, { sample, attempt, meanwhile, reason, detail }] of Object.entries(harness)) {
    it(`${name}: ${reason}`, async () => {
      const whole: Sample = { ...sample, runner: '', target: 'src/add.js', attempts: {} };
      const { verdicts } = await verdictsOn(whole, [attempt], async (event, { folder }) => {
        if (event.kind === 'environment' && event.event.kind === 'applied') await meanwhile?.(folder);
      });
      const [verdict] = verdicts;
      assert.equal(verdict?.reward, null, JSON.stringify(verdict, undefined, 1));
      assert.equal(verdict.reason, reason, verdict.detail);
      if (detail !== undefined) assert.match(verdict.detail, detail);
    });
  }
});

it('a signal that comes again is the attempt’s', async () => {
  const killed = "process.kill(process.pid, 'SIGKILL');\nexport const add = (a, b) => a + b;\n";
  const sample: Sample = { ...nodeSample(withFlag('')), runner: '', target: 'src/add.js', attempts: {} };
  const scopes: string[] = [];
  const { verdicts } = await verdictsOn(sample, [killed], (event) => {
    if (event.kind === 'environment' && event.event.kind === 'tests') scopes.push(event.event.scope);
  });
  assert.deepEqual([verdicts[0]?.reward, verdicts[0]?.reason], [-1, 'broken-by-attempt']);
  assert.deepEqual(scopes, ['failing', 'confirm']);
});
