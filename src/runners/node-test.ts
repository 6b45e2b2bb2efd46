import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DroppedArguments } from './javascript/arguments.ts';
import { nodeWords } from './javascript/command-words.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptLanguages, javascriptProtects } from './javascript/javascript-project.ts';
import { importsNodeTest, nodeTestFile } from './javascript/node-test-files.ts';
import { packageManifest } from './javascript/package-json.ts';
import { readLines, startupProblem } from './javascript/read-lines.ts';
import { reporterFile, reportVariable } from './javascript/reporter-file.ts';
import { keptWords, planOf, planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { choiceOf } from './javascript/selection.ts';
import type { Runner } from './runner.ts';

const dropped: DroppedArguments = {
  flags: ['--watch', '--watch-preserve-output', '--test-update-snapshots'],
  valued: ['--watch-path', '--test-reporter', '--test-reporter-destination'],
};
const choosing = /^--test-(?:name|skip)-pattern(?:=|$)/;

/** Node's own runner, with a reporter of ours over the events of its test stream. */
export const nodeTest: Runner = {
  name: 'node-test',
  languages: javascriptLanguages,
  manifests: [packageManifest],
  looksFor: 'tests that import node:test',
  inPackage: {
    nodeOption: '--test',
    isTest: importsNodeTest,
    async byTestFiles(directory) {
      const file = await nodeTestFile(directory);
      return file === undefined ? undefined : { why: `${file} imports node:test.`, executable: ['node', '--test'] };
    },
  },

  detect: (directory, runners) => findOwn(directory, runners, 'node-test'),

  async plan(project, selection, scratch) {
    const command = await runnerCommand(project);
    if (command === undefined) return planWithoutReport(project);
    const choice = choiceOf(selection, command, choosing);
    if (selection.kind === 'only' && choice === undefined) return undefined;
    const report = path.join(scratch, 'report.jsonl');
    const named = nodeWords(keptWords(command, { dropped })).positionals.length > 0;
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
