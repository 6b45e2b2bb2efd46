import { parseTap } from './formats/tap.ts';
import { findOwn } from './javascript/find-runner.ts';
import { javascriptLanguages, javascriptProtects } from './javascript/javascript-project.ts';
import { packageManifest } from './javascript/package-json.ts';
import { startupProblem } from './javascript/read-lines.ts';
import { planWithoutReport } from './javascript/run-plan.ts';
import type { Runner } from './runner.ts';

/** A test script that Retune does not understand further, run as it is; its report is TAP on stdout, if that is there. */
export const npmScript: Runner = {
  name: 'npm-script',
  languages: javascriptLanguages,
  manifests: [packageManifest],
  looksFor: 'a test script in package.json',

  detect: (directory, runners) => findOwn(directory, runners, undefined),

  async plan(project, selection) {
    return selection.kind === 'all' ? planWithoutReport(project) : undefined;
  },

  async read(project, _plan, end) {
    // In a stream with a gap, nobody can say what is missing.
    return (end.omitted > 0 ? undefined : parseTap(end.stdout, project)) ?? startupProblem(project, end);
  },

  protects: javascriptProtects,
};
