import { join, relative, resolve, sep } from 'node:path';
import type { TestResult } from '../agent/verdict.ts';
import { parseJunit } from './formats/junit.ts';
import type { JunitCase } from './formats/junit-xml.ts';
import { idSeparator } from './formats/results.ts';
import { interpreter, pythonLanguages, pythonProtects, pythonTests } from './python/python-project.ts';
import type { Runner, RunPlan, Selection, TestProject } from './runner.ts';
import { readReport } from './running/report-file.ts';

/**
 * pytest by its JUnit report, in the older of its two dialects because only that one names the file of a test.
 * What cannot be kept out of the workspace: what plugins write of their own accord (`htmlcov`, `.hypothesis`).
 */
export const pytest: Runner = {
  name: 'pytest',
  languages: pythonLanguages,
  manifests: [/^pytest\.ini$/, /^\.pytest\.ini$/, /^pyproject\.toml$/, /^tox\.ini$/, /^setup\.cfg$/, /^conftest\.py$/],
  looksFor: 'pytest.ini, pyproject.toml, tox.ini, setup.cfg, conftest.py or test*.py',
  typed: {
    line: /^(?:(?:uv|poetry|pipenv|hatch|pdm) run )?(?:(?:\S*\/)?python[\d.]*(?:\.exe)? -m )?(?:pytest|py\.test)(?: |$)/,
  },

  async detect(view) {
    const found = await pythonTests(view);
    if (found?.style !== 'pytest') return undefined;
    return { why: found.why, executable: [...(await interpreter(view)), '-m', 'pytest'] };
  },

  async plan(project, selection, scratch) {
    const report = join(scratch, 'junit.xml');
    const chosen = nodeIds(project, selection);
    const flags = [
      `--junitxml=${report}`,
      '-ojunit_family=xunit1',
      // What tests print is not wanted in the report, where it could be huge.
      '-ojunit_logging=no',
      // Switching the cache off would make options that need it, such as --ff in a project's addopts, unknown.
      `-ocache_dir=${join(scratch, 'cache')}`,
      '--rootdir=.',
      // A project's own -x or --maxfail would leave tests unrun.
      '--maxfail=0',
      '--tb=auto',
      '--color=no',
      '-q',
    ];
    return {
      display: [...project.executable, ...chosen].join(' '),
      argv: [...project.executable, ...flags, ...chosen],
      env: { PYTHONDONTWRITEBYTECODE: '1', COVERAGE_FILE: join(scratch, 'coverage') },
      reports: [report],
    };
  },

  async read(project, plan) {
    const xml = await readReport(reportOf(plan));
    if (xml === undefined) return undefined;
    return parseJunit(xml, project, { naming, duplicates: 'merge', isProblem: isCollection });
  },

  protects: pythonProtects,
};

function reportOf({ reports }: RunPlan): string {
  return reports[0] ?? '';
}

/** pytest writes a file that it cannot collect, and an exit while it collects, as cases with errors of their own. */
function isCollection({ outcome }: JunitCase): boolean {
  return outcome.kind === 'error' && (outcome.message === 'collection failure' || outcome.message === 'internal error');
}

/** `classname` is the dotted path of the file, then the classes: `tests.test_sum.TestSum`. */
function naming({ file, classname }: JunitCase): { file: string; groups: readonly string[] } {
  const module = file.replace(/\.py$/, '').replaceAll(/[\\/]/g, '.');
  if (file !== '' && (classname === module || classname.startsWith(`${module}.`))) {
    const classes = classname.slice(module.length + 1);
    return { file, groups: classes === '' ? [] : classes.split('.') };
  }
  return { file, groups: classname === '' ? [] : [classname] };
}

/** `tests/test_sum.py::TestSum::test_adds[1]` for each test; without a file, that test cannot be named. */
function nodeIds({ folder, cwd }: TestProject, selection: Selection): readonly string[] {
  if (selection.kind === 'all') return [];
  return selection.tests.map((test) => nodeId(test, folder, cwd)).filter((id) => id !== undefined);
}

function nodeId({ id, file, name }: TestResult, folder: string, cwd: string): string | undefined {
  if (file === undefined) return undefined;
  const path = relative(cwd, resolve(folder, file)).split(sep).join('/');
  const classes = id.slice(file.length + idSeparator.length, -(name.length + idSeparator.length));
  return [path, ...(classes === '' ? [] : classes.split(idSeparator)), name].join('::');
}
