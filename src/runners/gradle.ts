import { jvmLanguages, wrapperOr } from './jvm/jvm-project.ts';
import { methodsOf, noteReports, type ReportFolder, readReports } from './jvm/jvm-reports.ts';
import type { Runner, Selection, TestProject } from './runner.ts';

const folder: ReportFolder = ['build', 'test-results', '*'];
const buildFiles = ['build.gradle', 'build.gradle.kts'];
const settingsFiles = ['settings.gradle', 'settings.gradle.kts'];

/** Gradle by its JUnit files, which lie in each project's `build`. */
export const gradle: Runner = {
  name: 'gradle',
  languages: jvmLanguages,
  manifests: [/^(?:build|settings)\.gradle(?:\.kts)?$/],
  looksFor: 'build.gradle',
  typed: { line: /^(?:gradle|\.\/gradlew) test$/, words: 1 },

  async detect(view) {
    const found = [...buildFiles, ...settingsFiles].find((name) => view.names.has(name));
    if (found === undefined) return undefined;
    return { why: `${found} is a Gradle project.`, executable: [wrapperOr('gradle', view)] };
  },

  async plan(project, selection, scratch) {
    const chosen = chosenOf(project, selection);
    if (chosen === undefined) return undefined;
    await noteReports(project.cwd, folder, scratch);
    // A task that is up to date or cached is not run, and writes no report; a daemon would outlive the run.
    const flags = ['--no-daemon', '--no-build-cache', '--console=plain', '--continue', 'cleanTest', 'test', ...chosen];
    return {
      display: [...project.executable, 'test', ...chosen].join(' '),
      argv: [...project.executable, ...flags],
      reports: [scratch],
    };
  },

  read: (project, plan, end) => readReports(project, plan, end, folder),

  protects: [
    'src/test/**',
    '**/src/test/**',
    '**/src/integrationTest/**',
    '**/*.gradle',
    '**/*.gradle.kts',
    '**/gradle.properties',
    '**/gradle.lockfile',
    'gradle/**',
    'gradlew',
    'gradlew.bat',
  ],
};

/** `--tests a.SumTest.adds`, which fails in every project without such a test; so only for a build of one project. */
function chosenOf({ manifest }: TestProject, selection: Selection): readonly string[] | undefined {
  if (selection.kind === 'all') return [];
  if (settingsFiles.some((name) => manifest.endsWith(name))) return undefined;
  const methods = methodsOf(selection.tests);
  if (methods === undefined) return undefined;
  return [...methods].flatMap(([name, all]) => [...all].flatMap((method) => ['--tests', `${name}.${method}`]));
}
