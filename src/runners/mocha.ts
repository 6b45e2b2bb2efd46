import path from 'node:path';
import type { Dropped } from './javascript/arguments.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptProtects } from './javascript/protected.ts';
import { readLines, startupProblem } from './javascript/read-lines.ts';
import { reporterFile, reportVariable } from './javascript/reporter-file.ts';
import { keptWords, planOf, planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { choiceOf } from './javascript/selection.ts';
import type { RunnerAdapter } from './runner.ts';

const dropped: Dropped = {
  flags: ['--watch', '-w'],
  valued: ['--reporter', '-R', '--reporter-option', '--reporter-options', '-O', '--watch-files', '--watch-ignore'],
};
const choosing = /^(?:-g|-f|--grep|--fgrep)(?:=|$)/;

/** mocha, with a reporter of ours in place of the project's, since mocha has only one at a time. */
export const mocha: RunnerAdapter = {
  name: 'mocha',

  detect: (directory) => findOwn(directory, 'mocha'),

  async plan(project, selection, scratch) {
    const command = await runnerCommand(project);
    if (command === undefined) return planWithoutReport(project);
    const choice = choiceOf(selection, command);
    if (selection.kind === 'only') {
      if (choice === undefined || keptWords(command, { dropped }).some((word) => choosing.test(word))) return undefined;
    }
    const report = path.join(scratch, 'report.jsonl');
    return planOf(project, command, {
      dropped,
      // A .mocharc may ask to watch. Files stay as they are: those on the command line only add to those in .mocharc.
      options: ['--no-watch', ...(choice === undefined ? [] : ['--grep', choice.fullNames])],
      hidden: ['--reporter', reporterFile('mocha.cjs')],
      env: { [reportVariable]: report },
      reports: [report],
    });
  },

  // mocha makes its reporter only after all files are loaded.
  read: async (project, plan, end) => (await readLines(project, plan)) ?? startupProblem(project, end),

  protects: [...javascriptProtects, '.mocharc*'],
};
