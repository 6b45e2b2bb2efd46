'use strict';

/**
 * The report that a test runner writes while one of the reporters beside this file is loaded into it: one JSON object per
 * line, `{"kind":"test"|"problem"|"end", …}`, into a new file. It runs in the workspace's Node, whatever its version, and
 * therefore is plain JavaScript. src/runners/formats/report-lines.ts reads it.
 */

const fs = require('node:fs');
const { inspect } = require('node:util');

/** Characters of a text; what reads the report shortens further. */
const textLimit = 20_000;

const file = process.env.RETUNE_REPORT;
// Processes that the tests start shall not write into the report.
delete process.env.RETUNE_REPORT;

/** @returns the functions that write the report; they do nothing when the file is missing or was already begun */
function openReport() {
  const descriptor = open();
  const write = (entry) => {
    if (descriptor !== undefined) fs.writeSync(descriptor, `${JSON.stringify(entry)}\n`);
  };
  return {
    test: (entry) => write({ kind: 'test', ...entry }),
    problem: (entry) => write({ kind: 'problem', ...entry }),
    /** Without this last line the report counts as none. */
    end: () => write({ kind: 'end' }),
  };
}

function open() {
  if (file === undefined || file === '') return undefined;
  try {
    return fs.openSync(file, 'wx');
  } catch {
    // A second runner inside the tests: the report belongs to the first.
    return undefined;
  }
}

/** `message`, `stack`, `expected` and `actual` of anything that was thrown. */
function failure(error) {
  if (typeof error !== 'object' || error === null) return { message: text(error) };
  const { name, message, stack } = error;
  const named = typeof name === 'string' && !/^(Error|AssertionError.*)$/.test(name) ? `${name}: ` : '';
  // Old versions of vitest give every error both, as the word "undefined".
  const compared =
    'expected' in error &&
    'actual' in error &&
    `${text(error.expected)},${text(error.actual)}` !== 'undefined,undefined';
  return {
    message: bounded(
      `${named}${typeof message === 'string' && message !== '' ? message : 'an error without a message'}`,
    ),
    ...(typeof stack === 'string' && { stack: bounded(stack) }),
    ...(compared && { expected: text(error.expected), actual: text(error.actual) }),
  };
}

function text(value) {
  if (typeof value === 'string') return bounded(value);
  return bounded(
    inspect(value, { depth: 8, maxArrayLength: 100, maxStringLength: 2000, breakLength: 100, customInspect: false }),
  );
}

function bounded(value) {
  return value.length > textLimit ? value.slice(0, textLimit) : value;
}

module.exports = { openReport, failure, bounded };
