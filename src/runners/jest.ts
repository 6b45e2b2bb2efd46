import path from 'node:path';
import { parseJestJson } from './formats/jest-json.ts';
import type { DroppedArguments } from './javascript/arguments.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptLanguages, javascriptProtects } from './javascript/javascript-project.ts';
import { packageManifest } from './javascript/package-json.ts';
import { isSelected, startupProblem, withoutSkipped } from './javascript/read-lines.ts';
import { keptWords, planOf, planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { choiceOf } from './javascript/selection.ts';
import type { Runner } from './runner.ts';
import { readReport } from './running/report-file.ts';

const configuration = /^jest\.config\.(?:[cm]?[jt]s|json)$/;

const watching: DroppedArguments = {
  // Besides watching: choosing tests by what Git says has changed, which is another choice at every attempt.
  flags: ['--watch', '--watchAll', '--no-watch', '--no-watchAll', '--onlyChanged', '-o', '--onlyFailures', '-f'].concat(
    ['--lastCommit', '--json', '--ci', '--notify', '--testLocationInResults', '--updateSnapshot', '-u'],
  ),
  valued: ['--outputFile', '--changedSince', '--coverageDirectory'],
};
const coverage: DroppedArguments = { ...watching, flags: [...watching.flags, '--coverage', '--collectCoverage'] };
const choosing = /^(?:-t|--testNamePattern)(?:=|$)/;

/** jest and what wraps it, by its own JSON in a file; the project's reporters stay. */
export const jest: Runner = {
  name: 'jest',
  languages: javascriptLanguages,
  manifests: [configuration, packageManifest],
  looksFor: 'jest',
  inPackage: {
    commands: [
      { words: ['jest'] },
      { words: ['react-scripts', 'test'] },
      { words: ['react-app-rewired', 'test'] },
      { words: ['craco', 'test'], package: '@craco/craco' },
    ],
    configuration,
    key: 'jest',
  },

  detect: (directory, runners) => findOwn(directory, runners, 'jest'),

  async plan(project, selection, scratch) {
    const command = await runnerCommand(project);
    if (command === undefined) return planWithoutReport(project);
    const choice = choiceOf(selection, command, choosing);
    if (selection.kind === 'only' && choice === undefined) return undefined;
    const dropped = choice === undefined ? watching : coverage;
    const kept = keptWords(command, { dropped });
    const report = path.join(scratch, 'report.json');
    // Words that are not options would widen the choice.
    const files = choice !== undefined && kept.every((word) => /^--?\w[\w.-]*(?:=|$)/.test(word)) ? choice.files : [];
    // Some of the tests cannot reach the coverage of all.
    const chosen = choice === undefined ? [] : ['--coverage=false', '-t', choice.fullNames];
    const paths = files.map((file) => path.join(project.folder, file));
    return planOf(project, command, {
      dropped,
      // jest's cache stays where it is by default, outside of the workspace: a cold one costs seconds at every attempt.
      options: ['--ci', '--watchAll=false', ...chosen, ...(paths.length === 0 ? [] : ['--runTestsByPath', ...paths])],
      hidden: [
        ...['--json', `--outputFile=${report}`, '--testLocationInResults'],
        `--coverageDirectory=${path.join(scratch, 'coverage')}`,
      ],
      reports: [report],
    });
  },

  async read(project, plan, end) {
    const [file] = plan.reports;
    const text = file === undefined ? undefined : await readReport(file);
    const report = text === undefined ? startupProblem(project, end) : parseJestJson(text, project);
    return report && (isSelected(plan) ? withoutSkipped(report) : report);
  },

  protects: [...javascriptProtects, 'jest*.{js,cjs,mjs,ts,cts,mts,json}'],
};
