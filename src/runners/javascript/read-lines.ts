import type { ProcessEnd } from '../../shared/process/run-process.ts';
import { workspacePath } from '../formats/places.ts';
import { parseReportLines, problemOf } from '../formats/report-lines.ts';
import type { RunPlan, TestProject, TestReport } from '../runner.ts';
import { readReport } from '../running/report-file.ts';

/** Reads what one of our reporters wrote. */
export async function readLines(project: TestProject, plan: RunPlan): Promise<TestReport | undefined> {
  const [file] = plan.reports;
  const text = file === undefined ? undefined : await readReport(file);
  const report = text === undefined ? undefined : parseReportLines(text, project);
  return report && (isSelected(plan) ? withoutSkipped(report) : report);
}

/** Runners report tests that were not chosen as skipped. A chosen test that is skipped is then missed, and noticed too. */
export function withoutSkipped(report: TestReport): TestReport {
  return { ...report, tests: report.tests.filter(({ status }) => status !== 'skipped') };
}

/** Every pattern of names begins so; see `selection.ts`. */
export function isSelected({ argv }: RunPlan): boolean {
  return argv.some((word) => word.includes('^\\s*(?:'));
}

const thrown = /(?:^|: )[\w.]*Error(?: \[\w+\])?: .*$/m;
/** How jest, mocha and others say that there are no tests, before they end without a report. */
const nothingFound = /^(?:Error: )?No test(?: file)?s found/m;
const stackLine = /^\s+at .+$/m;

/**
 * Why a runner ended before any test, according to its output: an error, or that there are no tests. It only ever turns
 * "no report" into "errored" or "no tests", so nothing is gained by printing such things.
 */
export function startupProblem(project: TestProject, end: ProcessEnd): TestReport | undefined {
  if (end.kind !== 'exited' || end.code === 0) return undefined;
  const text = end.stderr.slice(-20_000);
  if (nothingFound.test(text) || nothingFound.test(end.stdout)) return { tests: [], problems: [] };
  if (!thrown.test(text) || !stackLine.test(text)) return undefined;
  return { tests: [], problems: [problemOf(placeIn(text, project), text.trim(), project)] };
}

const places =
  /(?:^|\s|\()(?<path>(?:file:\/\/)?[^\s():]*(?:[A-Za-z]:[\\/])?[^\s():]+\.[cm]?[jt]sx?):\d+|imported from (?<importer>\S+)/gm;

/** The first file of the workspace that an error names; '' when it names none. */
function placeIn(text: string, project: TestProject): string {
  for (const { groups } of text.matchAll(places)) {
    const found = groups?.path ?? groups?.importer ?? '';
    if (workspacePath(found, project) !== undefined) return found;
  }
  return '';
}
