'use strict';

const { openReport, failure } = require('./report.cjs');

/** A mocha reporter, for mocha's `--reporter`. What the tests print goes to stdout untouched. */
module.exports = class {
  constructor(runner) {
    const report = openReport();
    // A test can fail after it passed, when `done` is called twice; the last word counts, so all is written at the end.
    const results = new Map();
    const problems = [];
    const put = (test, status, error) =>
      results.set(test, {
        titles: titles(test),
        file: test.file,
        status,
        ...(typeof test.duration === 'number' && { ms: test.duration }),
        ...(error !== undefined && failure(error)),
      });
    runner.on('pass', (test) => put(test, 'passed'));
    runner.on('pending', (test) => put(test, 'skipped'));
    runner.on('fail', (test, error) => {
      if (test.type === 'hook') {
        const { message, stack } = failure(error);
        problems.push({ where: test.file, message: `${titles(test).join(' › ')}: ${message}`, stack });
      } else {
        put(test, 'failed', error);
      }
    });
    runner.once('end', () => {
      for (const entry of results.values()) report.test(entry);
      for (const entry of problems) report.problem(entry);
      report.end();
    });
  }
};

function titles(test) {
  return typeof test.titlePath === 'function' ? test.titlePath() : [test.fullTitle()];
}
