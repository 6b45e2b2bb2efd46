import { realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TestResult } from '../agent/verdict.ts';
import { idSeparator } from './formats/results.ts';
import { parseUnittest } from './formats/unittest.ts';
import { interpreter, pythonLanguages, pythonProtects, pythonTests } from './python/python-project.ts';
import { unittestRunner } from './python/unittest-runner.ts';
import type { Runner, Selection, TestProject } from './runner.ts';
import { readReport } from './running/report-file.ts';

/** Python's own unittest, with a small runner of ours because it writes no report that printing could not forge. */
export const unittest: Runner = {
  name: 'unittest',
  languages: pythonLanguages,
  manifests: [/^pyproject\.toml$/, /^setup\.(py|cfg)$/],
  typed: { line: /^(?:\S*\/)?python[\d.]*(?:\.exe)? -m unittest(?: discover)?$/, words: 1 },

  async detect(view) {
    const found = await pythonTests(view);
    if (found?.style !== 'unittest') return undefined;
    return { why: found.why, executable: await interpreter(view) };
  },

  async plan(project, selection, scratch) {
    const script = join(scratch, 'run-unittest.py');
    const report = join(scratch, 'unittest.json');
    await writeFile(script, unittestRunner);
    const chosen = selection.kind === 'all' ? '' : await writeSelection(project, selection, scratch);
    return {
      display: [...project.executable, '-m', 'unittest', ...names(selection)].join(' '),
      argv: [...project.executable, script, report, chosen],
      env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' },
      reports: [report],
    };
  },

  async read(project, plan) {
    const text = await readReport(plan.reports[0] ?? '');
    return text === undefined ? undefined : parseUnittest(text, project);
  },

  protects: pythonProtects,
};

/** File, class and method, as the runner knows its tests. */
async function writeSelection(
  { folder }: TestProject,
  selection: Selection & { readonly kind: 'only' },
  scratch: string,
): Promise<string> {
  const keys: string[][] = [];
  for (const test of selection.tests) {
    if (test.file === undefined) continue;
    const path = resolve(folder, test.file);
    keys.push([await realpath(path).catch(() => path), classOf(test), test.name]);
  }
  const file = join(scratch, 'selection.json');
  await writeFile(file, JSON.stringify(keys));
  return file;
}

function classOf({ id, file = '', name }: TestResult): string {
  return id.slice(file.length + idSeparator.length, -(idSeparator.length + name.length));
}

function names(selection: Selection): readonly string[] {
  return selection.kind === 'all' ? [] : selection.tests.map((test) => `${classOf(test)}.${test.name}`);
}
