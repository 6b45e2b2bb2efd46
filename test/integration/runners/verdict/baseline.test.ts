import assert from 'node:assert/strict';
import { runTests } from '../../../../src/runners/running/run.ts';
import { type BaselineEvent, measureBaseline } from '../../../../src/runners/verdict/baseline.ts';
import { judge } from '../../../../src/runners/verdict/judge.ts';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';
import { patienceMs } from '../../../support/time.ts';
import { nodePackage, nodeTests, type TemporaryProject, temporaryProject } from '../temporary-project.ts';

/** Passes, fails or is skipped in turn. */
const alternately = (file: string, other: string): string =>
  `const again = fs.existsSync('${file}'); fs.writeFileSync('${file}', ''); if (again) {${other}}`;

describe('measuring the baseline', () => {
  let project: TemporaryProject;
  afterEach(() => project.remove());

  const measure = async (timeoutMs = patienceMs, events: BaselineEvent[] = [], signal?: AbortSignal) =>
    measureBaseline(
      await project.detect(),
      { timeoutMs, scratch: project.scratch },
      (event) => events.push(event),
      signal,
    );

  it('runs everything twice, names flaky tests and files that the tests write', async () => {
    project = temporaryProject({
      'package.json': nodePackage,
      'test/a.test.js': nodeTests({
        passes: '',
        fails: 'assert.equal(1, 2)',
        flaky: alternately('flaky', 'assert.fail()'),
        'skipped by chance': alternately('chance', 't.skip()'),
        writes: `fs.writeFileSync('test/written.test.json', String(Math.random()));
          fs.writeFileSync('package-lock.json', String(Math.random()));`,
      }),
      'package-lock.json': '{}',
    });
    const events: BaselineEvent[] = [];
    const baseline = await measure(patienceMs, events);
    assert.deepEqual(
      events.map((event) => (event.kind === 'detected' ? event.runner : event.run)),
      ['node-test', 1, 2],
    );
    assert.equal(baseline.verdict.reason, 'tests-failed');
    assert.equal(baseline.hung, false);
    const names = (ids: readonly string[]): string[] => ids.map((id) => id.replace(/^.* › /, '')).sort();
    assert.deepEqual(names(baseline.flaky), ['flaky', 'skipped by chance']);
    assert.deepEqual(Object.fromEntries(baseline.tests.map(({ name, status }) => [name, status])), {
      passes: 'passed',
      fails: 'failed',
      flaky: 'failed',
      'skipped by chance': 'skipped',
      writes: 'passed',
    });
    assert.ok(baseline.rewritten.includes('package-lock.json'), baseline.rewritten.join());

    // What was skipped by chance may be skipped again, and what fails by chance proves nothing.
    project.write({
      'test/a.test.js': nodeTests({ passes: '', fails: '', flaky: '', writes: '', 'skipped by chance': 't.skip()' }),
    });
    const found = await project.detect();
    const run = await runTests(found, { kind: 'all' }, { timeoutMs: patienceMs, scratch: project.scratch });
    assert.equal(judge(run, { baseline }).reason, 'passed');
  });

  it('runs once when the tests hang', async () => {
    project = temporaryProject({
      'package.json': nodePackage,
      'test/a.test.js': nodeTests({ hangs: 'for (;;);' }),
    });
    const events: BaselineEvent[] = [];
    const baseline = await measure(1500, events);
    assert.ok(baseline.hung);
    assert.equal(events.length, 2);
    assert.equal(baseline.verdict.reason, 'timeout');
    const run = await runTests(await project.detect(), { kind: 'all' }, { timeoutMs: 1500, scratch: project.scratch });
    assert.equal(judge(run, { baseline }).reason, 'hung-at-baseline');
  });

  it('is cancelled in its second run too', async () => {
    project = temporaryProject({
      'package.json': nodePackage,
      'test/a.test.js': nodeTests({ hangs: alternately('again', 'for (;;);') }),
    });
    const stop = new AbortController();
    const running = measureBaseline(
      await project.detect(),
      { timeoutMs: patienceMs, scratch: project.scratch },
      (event) => event.kind === 'baseline-run' && event.run === 2 && setTimeout(() => stop.abort(), 300),
      stop.signal,
    );
    await assert.rejects(running, isCancelled);
  });
});
