import { jvmLanguages, wrapperOr } from './jvm/jvm-project.ts';
import { methodsOf, noteReports, type ReportFolder, readReports } from './jvm/jvm-reports.ts';
import type { Runner, Selection } from './runner.ts';

const folder: ReportFolder = ['target', 'surefire-reports'];

/** Maven by Surefire's JUnit files. Surefire writes them into `target`, and that cannot be changed from outside. */
export const maven: Runner = {
  name: 'maven',
  languages: jvmLanguages,
  manifests: [/^pom\.xml$/],
  looksFor: 'pom.xml',
  typed: { line: /^(?:mvn|\.\/mvnw) test$/, words: 1 },

  async detect(view) {
    if (!view.names.has('pom.xml')) return undefined;
    return { why: 'pom.xml is a Maven project.', executable: [wrapperOr('mvn', view)] };
  },

  async plan(project, selection, scratch) {
    const chosen = chosenOf(selection);
    if (chosen === undefined) return undefined;
    await noteReports(project.cwd, folder, scratch);
    // -fae: the modules after a failed one are tested too.
    const flags = ['-B', '-fae', '-Dstyle.color=never', ...chosen, 'test'];
    return {
      display: [...project.executable, ...chosen, 'test'].join(' '),
      argv: [...project.executable, ...flags],
      reports: [scratch],
    };
  },

  read: (project, plan, end) => readReports(project, plan, end, folder),

  protects: ['src/test/**', '**/src/test/**', '**/src/integrationTest/**', '**/pom.xml', '.mvn/**', 'mvnw', 'mvnw.cmd'],
};

/** `-Dtest=a.SumTest#adds+subtracts,a.OtherTest#works` */
function chosenOf(selection: Selection): readonly string[] | undefined {
  if (selection.kind === 'all') return [];
  const methods = methodsOf(selection.tests);
  if (methods === undefined) return undefined;
  const tests = [...methods].map(([name, all]) => `${name}#${[...all].join('+')}`).join(',');
  // A module without any of these tests is not an error.
  return [`-Dtest=${tests}`, '-Dsurefire.failIfNoSpecifiedTests=false', '-DfailIfNoTests=false'];
}
