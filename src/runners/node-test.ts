import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Dropped } from './javascript/arguments.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptProtects } from './javascript/protected.ts';
import { readLines, startupProblem } from './javascript/read-lines.ts';
import { reporterFile, reportVariable } from './javascript/reporter-file.ts';
import { keptWords, planOf, planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { nodeWords } from './javascript/script-runner.ts';
import { choiceOf } from './javascript/selection.ts';
import type { RunnerAdapter } from './runner.ts';

const dropped: Dropped = {
  flags: ['--watch', '--watch-preserve-output', '--test-update-snapshots'],
  valued: ['--watch-path', '--test-reporter', '--test-reporter-destination'],
};
const choosing = /^--test-(?:name|skip)-pattern(?:=|$)/;

/** Node's own runner, with a reporter of ours over the events of its test stream. */
export const nodeTest: RunnerAdapter = {
  name: 'node-test',

  detect: (directory) => findOwn(directory, 'node-test'),

  async plan(project, selection, scratch) {
    const command = await runnerCommand(project);
    if (command === undefined) return planWithoutReport(project);
    const choice = choiceOf(selection, command);
    const kept = keptWords(command, { dropped });
    if (selection.kind === 'only' && (choice === undefined || kept.some((word) => choosing.test(word))))
      return undefined;
    const report = path.join(scratch, 'report.jsonl');
    const named = nodeWords(kept).positionals.length > 0;
    const files = choice === undefined || named || !command.direct ? [] : choice.files;
    return planOf(
      project,
      { ...command, args: [...command.args, ...files.map((file) => path.join(project.folder, file))] },
      {
        dropped,
        // Only titles: not all versions match full names.
        options: choice === undefined ? [] : [`--test-name-pattern=${choice.titles}`],
        hidden: [
          `--test-reporter=${pathToFileURL(reporterFile('node-test.mjs')).href}`,
          '--test-reporter-destination=stdout',
        ],
        leading: true,
        env: { [reportVariable]: report },
        reports: [report],
      },
    );
  },

  // One file that is run by itself ends, when it does not load, before the reporter begins.
  read: async (project, plan, end) => (await readLines(project, plan)) ?? startupProblem(project, end),

  protects: javascriptProtects,
};
