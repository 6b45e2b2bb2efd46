import { existsSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { TestResult } from '../../agent/verdict.ts';
import type { ProcessEnd } from '../../shared/process/run-process.ts';
import { compilerErrors } from '../formats/compiler-errors.ts';
import type { JvmSource } from '../formats/frames.ts';
import { parseJunit } from '../formats/junit.ts';
import type { RunPlan, TestProject, TestReport } from '../runner.ts';
import { readReport } from '../running/report-file.ts';

/**
 * Build tools of the JVM write their JUnit files into the workspace, in each module, and leave old ones there.
 * So the files and their times are noted before the run, and only those that are new or changed after it count.
 */
const noted = 'reports-before.json';
const schema = z.record(z.string(), z.string());
const maximumDepth = 5;
const uninteresting = /^(?:\.|node_modules$|src$|target$|build$|bin$|out$)/;

/** Where in a module the files are: `['target', 'surefire-reports']`; a part `*` stands for any directory. */
export type ReportFolder = readonly string[];

export async function noteReports(cwd: string, folder: ReportFolder, scratch: string): Promise<void> {
  await writeFile(join(scratch, noted), JSON.stringify(Object.fromEntries(await states(cwd, folder))));
}

/** The report of a finished run; `plan.reports[0]` is the directory given to `noteReports`. */
export async function readReports(
  project: TestProject,
  plan: RunPlan,
  end: ProcessEnd,
  folder: ReportFolder,
): Promise<TestReport | undefined> {
  const before = schema.safeParse(JSON.parse((await readReport(join(plan.reports[0] ?? '', noted))) ?? 'null'));
  if (!before.success) return undefined;
  const after = await states(project.cwd, folder);
  const fresh = [...after].filter(([path, state]) => before.data[path] !== state).map(([path]) => path);
  const problems = compilerErrors(`${end.stdout}\n${end.stderr}`, project);
  if (fresh.length === 0) {
    // A build that succeeds and tests nothing has no tests; one that fails before its tests has no report.
    return problems.length > 0 || end.code === 0 ? { tests: [], problems } : undefined;
  }
  const source = sourcesOf(project, [...new Set(fresh.map((path) => moduleOf(path, folder)))].sort());
  const reports: TestReport[] = [];
  for (const path of fresh.sort()) {
    const report = parseJunit((await readReport(path)) ?? '', project, {
      naming: ({ classname }) => ({ file: fileOfClass(classname, project, source), groups: [classname] }),
      errors: 'failed',
      isProblem: ({ name, outcome }) => name === '' && outcome.kind !== 'passed',
      jvmSource: source,
    });
    if (report === undefined) return undefined;
    reports.push(report);
  }
  return {
    tests: reports.flatMap(({ tests }) => tests),
    problems: [...problems, ...reports.flatMap((report) => report.problems)],
  };
}

/** Time and size of every report file in a directory and the modules below it. */
async function states(cwd: string, folder: ReportFolder): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const module of await modulesIn(cwd, 0)) {
    for (const directory of await expand(module, folder)) {
      const names = await readdir(directory).catch(() => []);
      for (const name of names.filter((file) => /^TEST-.*\.xml$/.test(file))) {
        const path = join(directory, name);
        const { mtimeNs, size, ino } = await stat(path, { bigint: true });
        found.set(path, `${mtimeNs} ${size} ${ino}`);
      }
    }
  }
  return found;
}

async function modulesIn(directory: string, depth: number): Promise<string[]> {
  const found = [directory];
  if (depth === maximumDepth) return found;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || uninteresting.test(entry.name)) continue;
    found.push(...(await modulesIn(join(directory, entry.name), depth + 1)));
  }
  return found;
}

async function expand(module: string, folder: ReportFolder): Promise<string[]> {
  const star = folder.indexOf('*');
  if (star < 0) return [join(module, ...folder)];
  const parent = join(module, ...folder.slice(0, star));
  const names = await readdir(parent).catch(() => []);
  return names.sort().map((name) => join(parent, name, ...folder.slice(star + 1)));
}

function moduleOf(report: string, folder: ReportFolder): string {
  return join(report, ...Array.from({ length: folder.length + 1 }, () => '..'));
}

const languages = ['java', 'kotlin', 'groovy', 'scala'];
const roots = ['test', 'main', 'integrationTest'].flatMap((set) => languages.map((name) => join('src', set, name)));

function sourcesOf({ folder }: TestProject, modules: readonly string[]): JvmSource {
  const known = new Map<string, string | undefined>();
  return (packagePath) => {
    if (!known.has(packagePath)) {
      const found = modules
        .flatMap((module) => roots.map((root) => join(module, root, ...packagePath.split('/'))))
        .find((path) => existsSync(path));
      known.set(packagePath, found === undefined ? undefined : relative(folder, found).split(sep).join('/'));
    }
    return known.get(packagePath);
  };
}

const extensions = ['java', 'kt', 'groovy', 'scala'];

/** The absolute path of the file that declares a class, or ''. */
function fileOfClass(name: string, { folder }: TestProject, source: JvmSource): string {
  const top = (name.split('$')[0] ?? '').replaceAll('.', '/');
  if (!/^[\w/]+$/.test(top)) return '';
  for (const extension of extensions) {
    const found = source(`${top}.${extension}`);
    if (found !== undefined) return join(folder, found);
  }
  return '';
}

/** Class and method of each test, without the arguments of a parametrised one; undefined when one cannot be named. */
export function methodsOf(tests: readonly TestResult[]): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const methods = new Map<string, Set<string>>();
  for (const { id, name } of tests) {
    const className = id.split(' › ').at(-2);
    const method = /^([A-Za-z_$][\w$]*)(?:[([{].*)?$/.exec(name)?.[1];
    if (className === undefined || method === undefined || !/^[\w.$]+$/.test(className)) return undefined;
    const known = methods.get(className) ?? new Set();
    methods.set(className, known.add(method));
  }
  return methods.size === 0 ? undefined : methods;
}
