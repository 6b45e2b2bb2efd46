import path from 'node:path';
import type { DroppedArguments } from './javascript/arguments.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptLanguages, javascriptProtects } from './javascript/javascript-project.ts';
import { packageManifest } from './javascript/package-json.ts';
import { readLines } from './javascript/read-lines.ts';
import { reporterFile, reportVariable } from './javascript/reporter-file.ts';
import { keptWords, planOf, planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { choiceOf } from './javascript/selection.ts';
import type { Runner } from './runner.ts';

const configuration = /^(?:vitest\.(?:config|workspace)|vitest\.\w+\.config)\.(?:[cm]?[jt]s|json)$/;

const watching: DroppedArguments = {
  first: ['run', 'watch', 'dev'],
  flags: ['--watch', '-w', '--no-watch', '--run', '--ui', '--open', '--standalone', '--changed'],
  valued: ['--reporter', '--outputFile', '--outputFile.json', '--outputFile.junit', '--outputFile.html'],
};
const coverage: DroppedArguments = {
  ...watching,
  flags: [...watching.flags, '--coverage', '--coverage.enabled', '--coverage.all'],
};
const choosing = /^(?:-t|--testNamePattern)(?:=|$)/;

/**
 * vitest, with a reporter of ours: unlike its JSON it has expected and actual values, and source-mapped frames.
 * The project's own reporters are replaced, because there is no option that adds one.
 */
export const vitest: Runner = {
  name: 'vitest',
  languages: javascriptLanguages,
  manifests: [configuration, /^vite\.config\.[cm]?[jt]s$/, packageManifest],
  looksFor: 'vitest',
  inPackage: {
    commands: [{ words: ['vitest'] }],
    otherSubcommands: ['bench', 'list', 'init', 'related', 'typecheck'],
    configuration,
  },

  detect: (directory, runners) => findOwn(directory, runners, 'vitest'),

  async plan(project, selection, scratch) {
    const command = await runnerCommand(project);
    if (command === undefined) return planWithoutReport(project);
    const choice = choiceOf(selection, command, choosing);
    if (selection.kind === 'only' && choice === undefined) return undefined;
    const dropped = choice === undefined ? watching : coverage;
    const kept = keptWords(command, { dropped });
    const report = path.join(scratch, 'report.jsonl');
    // Some of the tests cannot reach the coverage of all.
    const chosen = choice === undefined ? [] : ['--coverage.enabled=false', '-t', choice.fullNames];
    const collects = choice === undefined && kept.some((word) => word.startsWith('--coverage'));
    // Words that are not options would widen the choice: vitest runs what matches any of them.
    const files = choice !== undefined && kept.length === 0 ? choice.files : [];
    return planOf(project, command, {
      dropped,
      first: ['run'],
      options: [
        ...(command.direct ? [] : ['--run']),
        ...chosen,
        ...files.map((file) => path.join(project.folder, file)),
      ],
      hidden: [
        `--reporter=${reporterFile('vitest.mjs')}`,
        // Else it keeps how long tests took in node_modules, which it makes when there is none.
        '--no-cache',
        ...(collects ? [`--coverage.reportsDirectory=${path.join(scratch, 'coverage')}`] : []),
      ],
      env: { [reportVariable]: report },
      reports: [report],
    });
  },

  read: (project, plan) => readLines(project, plan),

  protects: [...javascriptProtects, '{vite,vitest}*.{js,cjs,mjs,ts,cts,mts,json}'],
};
