import path from 'node:path';
import type { DroppedArguments } from './javascript/arguments.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptLanguages, javascriptProtects } from './javascript/javascript-project.ts';
import { packageManifest } from './javascript/package-json.ts';
import { readLines, startupProblem } from './javascript/read-lines.ts';
import { reporterFile, reportVariable } from './javascript/reporter-file.ts';
import { planOf, planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { choiceOf } from './javascript/selection.ts';
import type { Runner } from './runner.ts';

const configuration = /^\.mocharc(?:\.(?:[cm]?js|jsonc?|ya?ml))?$/;

const dropped: DroppedArguments = {
  flags: ['--watch', '-w'],
  valued: ['--reporter', '-R', '--reporter-option', '--reporter-options', '-O', '--watch-files', '--watch-ignore'],
};
const choosing = /^(?:-g|-f|--grep|--fgrep)(?:=|$)/;

/** mocha, with a reporter of ours in place of the project's, since mocha has only one at a time. */
export const mocha: Runner = {
  name: 'mocha',
  languages: javascriptLanguages,
  manifests: [configuration, packageManifest],
  looksFor: 'mocha',
  inPackage: {
    commands: [{ words: ['mocha'] }, { words: ['_mocha'], package: 'mocha' }, { words: ['ts-mocha'] }],
    configuration,
    key: 'mocha',
  },

  detect: (directory, runners) => findOwn(directory, runners, 'mocha'),

  async plan(project, selection, scratch) {
    const command = await runnerCommand(project);
    if (command === undefined) return planWithoutReport(project);
    const choice = choiceOf(selection, command, choosing);
    if (selection.kind === 'only' && choice === undefined) return undefined;
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
