import type { TestResult } from '../../agent/verdict.ts';
import type { ProcessEnd } from '../../shared/process/run-process.ts';
import type { RunPlan } from '../runner.ts';
import type { Facts, Finding } from './facts.ts';
import * as trouble from './trouble.ts';

/**
 * Every clause that stands between a run and the reward +1, in order; the first that objects decides.
 * What makes the report worthless comes before what it says, and evidence of failure before doubts about success.
 */
export const findings: readonly ((all: Facts) => Finding | undefined)[] = [
  function couldNotStart({ run: { plan, end } }) {
    if (end.kind !== 'not-started') return undefined;
    const why = end.error ?? 'unknown';
    // The most frequent cause by far: a fresh clone.
    const hint = /node_modules.*not found/.test(why) ? ' Install the packages of the workspace first.' : '';
    return { reason: 'could-not-start', detail: `${plan.display} could not be started: ${why}.${hint}` };
  },

  function protectedChanged({ protectedChanged: files = [] }) {
    if (files.length === 0) return undefined;
    const what = files.length === 1 ? 'A file that decides' : `${files.length} files that decide`;
    return { reason: 'protected-changed', detail: `${what} what the tests mean changed: ${list(files)}.` };
  },

  function hung({ run: { end }, baseline }) {
    if (end.kind !== 'timed-out') return undefined;
    const time = `The tests did not end within ${seconds(end)} and were stopped`;
    if (baseline?.hung) return { reason: 'hung-at-baseline', detail: `${time}, as they were before any change.` };
    return { reason: 'timeout', detail: `${time}.` };
  },

  function endedBySignal(all) {
    const { end } = all.run;
    if (end.kind !== 'signalled') return undefined;
    const detail = `The test process was ended by ${end.signal} after ${seconds(end)}.`;
    return { reason: 'ended-by-signal', detail, troubles: trouble.ofEnd(all) };
  },

  function noReport(all) {
    const { plan, end, report } = all.run;
    if (report !== undefined) return undefined;
    const what = `${plan.display} ended with exit code ${end.code} and left no complete report of its tests`;
    if (end.omitted > 0 && plan.reports.length === 0) {
      return { reason: 'no-report', detail: `${what}; its output was too long to be kept.` };
    }
    return { reason: 'no-report', detail: `${what}${howToReport(plan)}.`, troubles: trouble.ofEnd(all) };
  },

  function noTests(all) {
    const { plan, end } = all.run;
    if (all.tests.length > 0) return undefined;
    const what = `${plan.display} ended with exit code ${end.code} and reported no tests`;
    return { reason: 'no-tests', detail: `${what}${howToReport(plan)}.`, troubles: trouble.ofEnd(all) };
  },

  function newErrors(all) {
    const { tests, baseline } = all;
    const errored = without(having('errored', tests), having('errored', baseline?.tests ?? []));
    if (errored.length === 0) return undefined;
    const count = `${number(errored.length, 'test or file', 'tests or files')} could not be run`;
    return {
      reason: 'tests-errored',
      detail: `${count}: ${names(errored)}.`,
      troubles: trouble.ofErrors(errored, all),
    };
  },

  function failures({ tests, counts, baseline }) {
    const failed = having('failed', tests);
    if (failed.length === 0) return undefined;
    const of = `${failed.length} of ${counts.passed + counts.failed} tests failed: ${names(failed)}`;
    const flaky = new Set(baseline?.flaky);
    if (failed.every(({ id }) => flaky.has(id))) {
      return { reason: 'flaky', detail: `${of}; before any change these passed and failed by chance.` };
    }
    return { reason: 'tests-failed', detail: `${of}.` };
  },

  function errorsAsBefore(all) {
    const errored = having('errored', all.tests);
    if (errored.length === 0) return undefined;
    const count = `${number(errored.length, 'test or file', 'tests or files')} still cannot be run, as before`;
    return {
      reason: 'tests-errored',
      detail: `${count}: ${names(errored)}.`,
      troubles: trouble.ofErrors(errored, all),
    };
  },

  function allSkipped({ counts }) {
    if (counts.passed > 0) return undefined;
    const what = counts.skipped === 1 ? 'The only test was' : `All ${counts.skipped} tests were`;
    return { reason: 'all-skipped', detail: `${what} skipped, so nothing was tested.` };
  },

  function testsMissing(all) {
    const { tests, baseline, run } = all;
    const { selection } = run;
    const asked = selection.kind === 'only' ? new Set(selection.tests.map(({ id }) => id)) : undefined;
    const ran = (baseline?.tests ?? []).filter(({ status }) => status === 'passed' || status === 'failed');
    const missing = without(asked ? ran.filter(({ id }) => asked.has(id)) : ran, tests);
    if (missing.length === 0) return undefined;
    const count = `${number(missing.length, 'test', 'tests')} that ran before did not run this time`;
    const gone = trouble.lostFiles(missing, tests);
    const detail = `${count}: ${names(missing)}.`;
    return { reason: 'tests-missing', detail, ...(gone.length > 0 && { troubles: trouble.ofEnd(all) }) };
  },

  function newlySkipped({ tests, baseline }) {
    if (baseline === undefined) return undefined;
    const skipped = without(having('skipped', tests), having('skipped', baseline.tests));
    if (skipped.length === 0) return undefined;
    const count = `${number(skipped.length, 'test was', 'tests were')} skipped that had not been skipped before`;
    return { reason: 'newly-skipped', detail: `${count}: ${names(skipped)}.` };
  },

  function exitCode(all) {
    const { run, counts } = all;
    const { end } = run;
    if (end.code === 0) return undefined;
    const but = `No test failed (${counts.passed} passed), but the process ended with exit code ${end.code}`;
    return { reason: 'exit-code', detail: `${but}.`, troubles: trouble.ofExitCode(all) };
  },
];

/** An unknown command can report only by what it prints. */
function howToReport({ reports }: RunPlan): string {
  return reports.length > 0 ? '' : '; have it print TAP, or call a runner that Retune knows, such as npx vitest';
}

function having(status: TestResult['status'], tests: readonly TestResult[]): readonly TestResult[] {
  return tests.filter((test) => test.status === status);
}

/** Those for which the others have no counterpart. Several tests may have the same id (tables of cases without names). */
function without(tests: readonly TestResult[], others: readonly TestResult[]): readonly TestResult[] {
  const left = new Map<string, number>();
  for (const { id } of others) left.set(id, (left.get(id) ?? 0) + 1);
  return tests.filter(({ id }) => {
    const count = left.get(id) ?? 0;
    left.set(id, count - 1);
    return count <= 0;
  });
}

const maximumNamed = 5;

export function list(items: readonly string[]): string {
  const rest = items.length - maximumNamed;
  return items.slice(0, maximumNamed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function names(tests: readonly TestResult[]): string {
  return list(tests.map(({ name }) => name.replace(/\s+/g, ' ').slice(0, 120)));
}

function number(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

function seconds({ milliseconds }: ProcessEnd): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;
}
