import { createRequire } from 'node:module';
import path from 'node:path';

const { openReport, failure, bounded } = createRequire(import.meta.url)('./report.cjs');

/** A reporter for Node's test runner (`--test-reporter`). It passes on what the tests print, and nothing else. */
export default async function* reporter(events) {
  const report = openReport();
  /** Tests that are open, outermost first: they start in order, and end after their subtests. */
  const open = [];
  /** The end of what each file wrote to stderr: the only account of one that does not load. */
  const errors = new Map();
  for await (const { type, data } of events) {
    if (type === 'test:stdout') yield data.message;
    if (type === 'test:stderr') {
      const key = path.resolve(data.file ?? '');
      errors.set(key, `${errors.get(key) ?? ''}${data.message}`.slice(-8000));
      yield data.message;
    }
    if (type === 'test:start') {
      open.length = data.nesting;
      open.push({ name: data.name, parent: false });
      if (data.nesting > 0) open[data.nesting - 1].parent = true;
    }
    if (type === 'test:pass' || type === 'test:fail') {
      const parent = open[data.nesting]?.parent === true || data.details?.type === 'suite';
      const titles = [...open.slice(0, data.nesting).map(({ name }) => name), data.name];
      end(report, { data, titles, parent, failed: type === 'test:fail' }, errors);
    }
  }
  report.end();
}

function end(report, { data, titles, parent, failed }, errors) {
  const { file, details } = data;
  const kind = details?.error?.failureType;
  const thrown = details?.error?.cause ?? details?.error;
  if (isFile(data)) {
    // The process of a file, not a test. That it ended well says nothing of tests.
    const said = errors.get(path.resolve(file)) ?? '';
    if (failed) report.problem({ where: file, message: bounded(said === '' ? failure(thrown).message : said) });
    return;
  }
  if (parent) {
    // What is said of a parent stands in its subtests, unless it failed by itself.
    if (!failed || kind === 'subtestsFailed') return;
    if (kind === 'hookFailed' || details?.type === 'suite') {
      const { message, stack } = failure(thrown);
      report.problem({ where: file, message: `${titles.join(' › ')}: ${message}`, stack });
      return;
    }
  }
  const left = data.skip !== undefined || data.todo !== undefined;
  report.test({
    titles,
    file,
    status: left ? 'skipped' : failed ? (isHarness(kind, thrown) ? 'errored' : 'failed') : 'passed',
    ...(typeof details?.duration_ms === 'number' && { ms: details.duration_ms }),
    ...(failed && !left ? failure(thrown) : {}),
  });
}

/** An entry that stands for a whole file is named like it. */
function isFile({ nesting, name, file, line, column }) {
  return nesting === 0 && file !== undefined && line === 1 && column === 1 && path.resolve(name) === path.resolve(file);
}

/** The test itself did not get to run, or to its end; a promise that never settles is the test's own failure. */
function isHarness(kind, thrown) {
  if (kind === 'hookFailed') return true;
  return kind === 'cancelledByParent' && !/still pending/.test(String(thrown?.message ?? thrown));
}
