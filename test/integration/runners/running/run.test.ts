import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunPlan, Selection } from '../../../../src/runners/runner.ts';
import { isStale, reportStates } from '../../../../src/runners/running/freshness.ts';
import { outputLog, runTests } from '../../../../src/runners/running/run.ts';
import { judge } from '../../../../src/runners/verdict/judge.ts';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';
import { patienceMs } from '../../../support/time.ts';
import { nodePackage, nodeTests, type TemporaryProject, temporaryProject } from '../temporary-project.ts';

describe('running the tests once', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject({
      'package.json': nodePackage,
      'test/a.test.js': nodeTests({ one: `console.log('printed by one')`, two: 'assert.equal(1, 2)' }),
    });
  });
  afterEach(() => project.remove());

  const all: Selection = { kind: 'all' };
  const options = (onPlan?: (plan: RunPlan) => void) => ({
    ...{ timeoutMs: patienceMs, scratch: project.scratch },
    ...(onPlan && { onPlan }),
  });

  it('says what it will run, reads the report and leaves only the log', async () => {
    const plans: RunPlan[] = [];
    const run = await runTests(
      await project.detect(),
      all,
      options((plan) => plans.push(plan)),
    );
    assert.deepEqual(plans, [run.plan]);
    assert.deepEqual(
      run.report?.tests.map(({ name, status }) => [name, status]),
      [
        ['one', 'passed'],
        ['two', 'failed'],
      ],
    );
    assert.deepEqual(readdirSync(project.scratch), [outputLog]);
    assert.deepEqual(readdirSync(project.folder).sort(), ['package.json', 'test']);
    assert.match(readFileSync(join(project.scratch, outputLog), 'utf8'), /printed by one/);
  });

  it('runs a selection', async () => {
    const found = await project.detect();
    const { report } = await runTests(found, all, options());
    const one = report?.tests.filter(({ name }) => name === 'one') ?? [];
    const run = await runTests(found, { kind: 'only', tests: one }, options());
    const executed = run.report?.tests.filter(({ status }) => status !== 'skipped');
    assert.deepEqual(
      executed?.map(({ name }) => name),
      ['one'],
    );
    assert.equal(run.selection.kind, 'only');
  });

  it('runs everything where a selection cannot be run, and says so', async () => {
    project.write({ 'package.json': JSON.stringify({ scripts: { test: 'node tap.js' } }) });
    project.write({ 'tap.js': `console.log('TAP version 13\\nok 1 - fine\\n1..1')` });
    const found = await project.detect();
    assert.equal(found.runner.name, 'npm-script');
    const tests = [{ id: 'fine', name: 'fine', status: 'failed' }] as const;
    const run = await runTests(found, { kind: 'only', tests }, options());
    assert.deepEqual(run.selection, all);
    assert.equal(judge(run, {}).reason, 'passed');
  });

  it('a run that was cancelled leaves nothing in the scratch directory', async () => {
    project.write({ 'test/a.test.js': nodeTests({ hangs: 'for (;;);' }) });
    const stop = new AbortController();
    const running = runTests(
      await project.detect(),
      all,
      options(() => setTimeout(() => stop.abort(), 300)),
      stop.signal,
    );
    await assert.rejects(running, isCancelled);
    assert.deepEqual(readdirSync(project.scratch), [outputLog]);
  });

  it('a report of an earlier run is stale, one that was written again is not', async () => {
    const report = join(project.folder, 'report.xml');
    const paths = [report, join(project.folder, 'test'), join(project.folder, 'gone.xml')];
    const none = await reportStates(paths);
    writeFileSync(report, 'same');
    const old = await reportStates(paths);
    assert.equal(isStale(none, old), false);
    assert.equal(isStale(old, await reportStates(paths)), true);
    writeFileSync(report, 'same');
    utimesSync(report, 1000, 1000);
    assert.equal(isStale(old, await reportStates(paths)), false);
  });
});
