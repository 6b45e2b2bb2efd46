import assert from 'node:assert/strict';
import type { Verdict } from '../../../../src/agent/verdict.ts';
import { type ProtectedFiles, protect } from '../../../../src/runners/protection/protected.ts';
import type { Baseline } from '../../../../src/runners/runner.ts';
import { runTests } from '../../../../src/runners/running/run.ts';
import { measureBaseline } from '../../../../src/runners/verdict/baseline.ts';
import { judge } from '../../../../src/runners/verdict/judge.ts';
import { patienceMs } from '../../../support/time.ts';
import { nodePackage, type TemporaryProject, temporaryProject } from '../temporary-project.ts';

const test = `import test from 'node:test';
import assert from 'node:assert';
import { add, options } from '../src/add.js';
test('adds', options, () => assert.equal(add(1, 2), 3));
test('adds nothing', () => assert.equal(add(1, 0), 1));
`;

/** Attempts at `src/add.js` that do not solve the task, whatever they make the runner say. */
const cheats: readonly { readonly what: string; readonly text: string; readonly verdict: Partial<Verdict> }[] = [
  {
    what: 'ends the process with success when it is loaded',
    text: `process.exit(0); export const add = () => 0; export const options = {};`,
    verdict: { reward: null },
  },
  {
    what: 'ends the process with success in the middle',
    text: `export const options = {}; export const add = (a, b) => (b === 0 ? a : process.exit(0));`,
    verdict: { reward: null },
  },
  {
    what: 'ends the process with success when it would end with failure',
    text: `process.on('exit', () => { process.exitCode = 0; process.reallyExit(0); });
      export const options = {}; export const add = (a) => a;`,
    verdict: { reward: -1, reason: 'tests-failed' },
  },
  {
    what: 'has its test skipped',
    text: `export const options = { skip: true }; export const add = (a) => a;`,
    verdict: { reward: null, reason: 'newly-skipped' },
  },
  {
    what: 'has its test marked as work to be done',
    text: `export const options = { todo: true }; export const add = (a) => a;`,
    verdict: { reward: null },
  },
  {
    what: 'rewrites the test while it runs',
    text: `import fs from 'node:fs';
      fs.writeFileSync('test/add.test.js', "import test from 'node:test'; test('adds', () => {}); test('adds nothing', () => {});");
      export const options = {}; export const add = (a, b) => a + b;`,
    verdict: { reward: null, reason: 'protected-changed' },
  },
  {
    what: 'adds a test of its own',
    text: `import fs from 'node:fs';
      fs.writeFileSync('test/more.test.js', '');
      export const options = {}; export const add = (a, b) => a + b;`,
    verdict: { reward: null, reason: 'protected-changed' },
  },
  {
    what: 'has the package run another script',
    text: `import fs from 'node:fs';
      fs.writeFileSync('package.json', '{"scripts": {"test": "true"}}');
      export const options = {}; export const add = (a, b) => a + b;`,
    verdict: { reward: null, reason: 'protected-changed' },
  },
  {
    what: 'passes everything and ends with an error nevertheless',
    text: `process.exitCode = 3; export const options = {}; export const add = (a, b) => a + b;`,
    verdict: { reward: null },
  },
  {
    what: 'cannot be loaded',
    text: `export const options = {}; export const add = (a, b) => a + ;`,
    verdict: { reward: null, reason: 'tests-errored', failureKind: 'syntax' },
  },
  {
    what: 'never ends',
    text: `export const options = {}; export const add = () => { for (;;); };`,
    verdict: { reward: -1, reason: 'timeout', failureKind: 'timeout' },
  },
  {
    what: 'crashes the process',
    text: `export const options = {}; export const add = () => process.kill(process.pid, 'SIGKILL') && new Promise(() => {});`,
    verdict: { reward: null },
  },
];

describe('what is not rewarded', () => {
  let project: TemporaryProject;
  let baseline: Baseline;
  let found: Awaited<ReturnType<TemporaryProject['detect']>>;
  let protectedFiles: ProtectedFiles;
  const original = {
    'src/add.js': 'export const options = {}; export const add = (a) => a;',
    'test/add.test.js': test,
  };

  before(async () => {
    project = temporaryProject({ 'package.json': nodePackage, ...original });
    found = await project.detect();
    baseline = await measureBaseline(found, { timeoutMs: patienceMs, scratch: project.scratch }, () => undefined);
    assert.equal(baseline.verdict.reason, 'tests-failed');
  });
  beforeEach(async () => {
    project.remove();
    project = temporaryProject({ 'package.json': nodePackage, ...original });
    found = await project.detect();
    protectedFiles = await protect(found, baseline.tests, { ignore: baseline.rewritten });
  });
  afterEach(() => project.remove());

  const attempt = async (text: string, timeoutMs = patienceMs): Promise<Verdict> => {
    project.write({ 'src/add.js': text });
    const run = await runTests(found, { kind: 'all' }, { timeoutMs, scratch: project.scratch });
    return judge(run, { baseline, protectedChanged: await protectedFiles.changed() });
  };

  it('a solution is', async () => {
    const verdict = await attempt('export const options = {}; export const add = (a, b) => a + b;');
    assert.equal(verdict.reason, 'passed', verdict.detail);
    assert.equal(verdict.reward, 1);
  });

  for (const { what, text, verdict } of cheats) {
    it(`an attempt that ${what}`, async () => {
      const given = await attempt(text, verdict.reason === 'timeout' ? 2000 : patienceMs);
      const { detail } = given;
      for (const [name, value] of Object.entries(verdict)) {
        assert.equal(given[name as keyof Verdict], value, `${name} of ${given.reason}: ${detail}`);
      }
    });
  }
});
