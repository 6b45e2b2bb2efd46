import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestResult } from '../agent/verdict.ts';
import { compilerErrors } from './formats/compiler-errors.ts';
import { idSeparator } from './formats/results.ts';
import { parseTrx } from './formats/trx.ts';
import type { DirectoryView, Runner, Selection, TestReport } from './runner.ts';
import { readReport } from './running/report-file.ts';

const solution = /\.slnx?$/;
const projectFile = /\.(?:cs|fs|vb)proj$/;
const testSdk = /Microsoft\.NET\.Test\.Sdk|MSTest\.Sdk|<IsTestProject>\s*true/i;
const maximumProjects = 100;

/** `dotnet test` by TRX, one file per project and framework. It builds in the workspace (`bin`, `obj`), as always. */
export const dotnetTest: Runner = {
  name: 'dotnet-test',
  languages: ['.cs', '.fs', '.vb'],
  manifests: [solution, projectFile],
  looksFor: 'a .NET solution or test project (*.sln, *.csproj)',
  typed: { line: /^dotnet test(?!.* --(?: |$))(?: |$)/ },

  async detect(view) {
    const found = (await testSolution(view)) ?? (await testProject(view));
    if (found === undefined) return undefined;
    const why = `${found} ${solution.test(found) ? 'has a test project' : 'uses a test SDK'}.`;
    return { why, executable: ['dotnet', 'test', found] };
  },

  async plan(project, selection, scratch) {
    const results = join(scratch, 'trx');
    const filter = filterOf(selection);
    if (filter === undefined) return undefined;
    const flags = [
      '--nologo',
      '--logger',
      'trx;LogFilePrefix=retune',
      '--results-directory',
      results,
      // Servers that outlive the run would outlive our timeout too.
      '-nodeReuse:false',
      '-p:UseSharedCompilation=false',
    ];
    return {
      display: [...project.executable, ...filter].join(' '),
      argv: [...project.executable, ...flags, ...filter],
      env: {
        DOTNET_CLI_TELEMETRY_OPTOUT: '1',
        DOTNET_NOLOGO: '1',
        DOTNET_CLI_UI_LANGUAGE: 'en',
        MSBUILDDISABLENODEREUSE: '1',
      },
      reports: [results],
    };
  },

  async read(project, plan, end) {
    const directory = plan.reports[0] ?? '';
    const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.trx')).sort();
    const problems = compilerErrors(end.stdout, project);
    if (names.length === 0) return problems.length > 0 ? { tests: [], problems } : undefined;
    const reports: TestReport[] = [];
    for (const name of names) {
      const xml = await readReport(join(directory, name));
      const report = xml === undefined ? undefined : parseTrx(xml, project);
      if (report === undefined) return undefined;
      reports.push(report);
    }
    return {
      tests: reports.flatMap(({ tests }) => tests),
      problems: [...problems, ...reports.flatMap((report) => report.problems)],
    };
  },

  protects: [
    '**/*Test.cs',
    '**/*Tests.cs',
    '**/*Tests/**/*.{cs,fs,vb}',
    '**/*.Test/**/*.{cs,fs,vb}',
    '**/*.{csproj,fsproj,vbproj,sln,slnx,runsettings}',
    '**/Directory.*.{props,targets}',
    '**/packages.lock.json',
    '**/*.verified.*',
    'global.json',
    '{nuget,NuGet}.{config,Config}',
  ],
};

async function testSolution(view: DirectoryView): Promise<string | undefined> {
  for (const name of [...view.names].filter((file) => solution.test(file)).sort()) {
    const text = (await view.read(name)) ?? '';
    const projects = [...text.matchAll(/"([^"\n]+\.(?:cs|fs|vb)proj)"/g)].map((match) => match[1] ?? '');
    for (const project of projects.slice(0, maximumProjects)) {
      if (testSdk.test((await view.read(project.replaceAll('\\', '/'))) ?? '')) return name;
    }
  }
  return undefined;
}

async function testProject(view: DirectoryView): Promise<string | undefined> {
  for (const name of [...view.names].filter((file) => projectFile.test(file)).sort()) {
    if (testSdk.test((await view.read(name)) ?? '')) return name;
  }
  return undefined;
}

/** `--filter`, where `|` means or and `\` takes the meaning from a character; undefined when a name cannot be given. */
function filterOf(selection: Selection): readonly string[] | undefined {
  if (selection.kind === 'all') return [];
  const names = new Set(selection.tests.map(fullName));
  if (names.size === 0 || names.has(undefined)) return undefined;
  return ['--filter', [...names].map((name) => `FullyQualifiedName=${name}`).join('|')];
}

/** Class and method, without the arguments that a theory puts after it. */
function fullName({ id, name }: TestResult): string | undefined {
  const className = id.slice(0, id.indexOf(idSeparator));
  const method = /^\w+/.exec(name)?.[0];
  if (method === undefined || !/^[\w.+]+$/.test(className)) return undefined;
  return `${className}.${method}`;
}
