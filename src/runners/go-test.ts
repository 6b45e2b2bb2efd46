import { createReadStream } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { TestResult } from '../agent/verdict.ts';
import type { ProcessEnd } from '../shared/process/run-process.ts';
import { beforeStack, cleanText, failureOf } from './formats/failure-text.ts';
import { GoEvents, type GoPackage, type GoTest, withoutProgress } from './formats/go-json.ts';
import type { Places } from './formats/places.ts';
import { problemIn } from './formats/report-lines.ts';
import { idOf, uniqueResults } from './formats/results.ts';
import type { Runner, Selection, TestProject, TestReport } from './runner.ts';
import { captureCommand, captured, captureVariables } from './running/capture.ts';
import { readReport } from './running/report-file.ts';

/**
 * `go test -json`, kept completely in a file. Go makes the events from what the test binary prints, so a process that
 * printed success and ended itself would look successful; therefore each binary runs under a program of ours that has it
 * write a memory profile, which Go's test harness does only after the last test.
 */
export const goTest: Runner = {
  name: 'go-test',
  languages: ['.go'],
  manifests: [/^go\.mod$/],
  looksFor: 'go.mod',
  typed: { line: /^go test(?: \.\/\.\.\.)?$/, words: 2 },

  async detect(view) {
    if (!view.names.has('go.mod')) return undefined;
    return { why: 'go.mod describes a Go module.', executable: ['go', 'test'] };
  },

  async plan(project, selection, scratch) {
    const capture = await captureCommand(scratch);
    const report = join(scratch, 'go.jsonl');
    const shown = selection.kind === 'all' ? ['./...'] : chosen(project, selection);
    if (shown === undefined) return undefined;
    const exec = [...capture, 'go', scratch].map(quoted).join(' ');
    // -count=1: a cached result is not a run.
    const flags = ['-json', '-count=1', '-exec', exec, ...shown];
    return {
      display: [...project.executable, ...shown].join(' '),
      argv: [...(await captured(scratch, report, project.executable)), ...flags],
      env: captureVariables,
      reports: [report],
    };
  },

  async read(project, plan, end) {
    const report = plan.reports[0] ?? '';
    const [packages, module, finished] = await Promise.all([
      readEvents(report),
      moduleOf(project),
      finishedIn(dirname(report)),
    ]);
    // No package at all: Go itself failed.
    if (packages === undefined || packages.length === 0) return undefined;
    const tests: TestResult[] = [];
    const problems: TestReport['problems'][number][] = [];
    for (const found of packages) {
      const directory = resolve(project.cwd, found.path === module ? '.' : found.path.slice(module.length + 1));
      const places = { folder: project.folder, cwd: directory };
      const files = await testFiles(directory);
      const trouble = troubleOf(found, finished.has(await realpath(directory).catch(() => directory)), end);
      if (trouble !== undefined) {
        problems.push({
          ...problemIn(found.path, trouble, places),
          ...(found.broken && { compiler: true }),
        });
      }
      for (const test of found.tests) {
        const result = resultOf(test, found, places, files);
        if (result !== undefined) tests.push(result);
      }
    }
    return { tests: uniqueResults(tests, 'merge'), problems };
  },

  protects: [
    '**/*_test.go',
    '**/testdata/**',
    '**/go.mod',
    '**/go.sum',
    'go.work',
    'go.work.sum',
    'vendor/modules.txt',
  ],
};

async function readEvents(report: string): Promise<GoPackage[] | undefined> {
  const events = new GoEvents();
  try {
    const lines = createInterface({ input: createReadStream(report), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) events.push(line);
  } catch {
    // Not written: the run did not get as far.
    return undefined;
  }
  return events.packages();
}

const moduleLine = /^\s*module\s+"?([^\s"]+)"?/m;

async function moduleOf({ cwd }: TestProject): Promise<string> {
  return moduleLine.exec((await readReport(join(cwd, 'go.mod'))) ?? '')?.[1] ?? '';
}

const runSchema = z.object({ directory: z.string(), finished: z.boolean() });

/** Directories of the packages whose harness came to its end. */
async function finishedIn(scratch: string): Promise<ReadonlySet<string>> {
  const directories = new Set<string>();
  for (const name of await readdir(scratch)) {
    if (!/^binary-\d+\.json$/.test(name)) continue;
    const run = runSchema.safeParse(JSON.parse((await readReport(join(scratch, name))) ?? 'null'));
    if (run.success && run.data.finished) directories.add(run.data.directory);
  }
  return directories;
}

/** What is wrong with a package besides its tests. */
function troubleOf(found: GoPackage, finished: boolean, end: ProcessEnd): string | undefined {
  if (found.broken) return `${found.output}\n${buildErrors(found.path, end.stderr)}`;
  const ran = found.tests.length > 0;
  if (found.status === 'failed') {
    if (found.tests.some(({ status }) => status === 'failed')) return undefined;
    return `The package failed outside its tests.\n${found.output}`;
  }
  if (ran && !finished) return 'The test process ended before its tests did, as if they had passed.';
  return undefined;
}

/** Until Go 1.24 the compiler's messages are on stderr, after a line with the package's name. */
function buildErrors(path: string, stderr: string): string {
  const lines = stderr.split('\n');
  const start = lines.findIndex((line) => line === `# ${path}` || line.startsWith(`# ${path} `));
  if (start < 0) return '';
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('# '));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

function resultOf(
  { name, status, milliseconds, output }: GoTest,
  found: GoPackage,
  places: Places,
  files: ReadonlyMap<string, string>,
): TestResult | undefined {
  // A panic ends the whole package; what it kept from running did not fail.
  if (status === undefined && found.tests.some((test) => test.status === 'failed')) return undefined;
  const [top = name, ...below] = name.split('/');
  const fileName = files.get(top);
  const directory = relative(places.folder, places.cwd).split(sep).join('/');
  const file = fileName === undefined ? undefined : [directory, fileName].filter((part) => part !== '').join('/');
  const steps = [top, ...below];
  const hasParts = found.tests.some((test) => test.name.startsWith(`${name}/`));
  const known = status ?? 'errored';
  return {
    id: idOf(file ?? (directory === '' ? undefined : directory), steps.slice(0, -1), steps.at(-1) ?? name),
    name: cleanText(name, 300),
    ...(file !== undefined && { file }),
    status: known,
    milliseconds,
    ...(known === 'failed' || known === 'errored'
      ? { failure: goFailure(withoutProgress(output), known, hasParts, places) }
      : {}),
  };
}

function goFailure(
  text: string,
  status: 'failed' | 'errored',
  hasParts: boolean,
  places: Places,
): NonNullable<TestResult['failure']> {
  if (status === 'errored') return failureOf('The test started and did not end.', text, places);
  if (text.trim() === '')
    return failureOf(hasParts ? 'A test within it failed.' : 'The test gave no message.', '', places);
  return failureOf(loggedIn(text) || text, text, places);
}

/** What the test logged (`t.Errorf`) and how it panicked, without what the code printed beside it. */
function loggedIn(text: string): string {
  const panicAt = text.search(/^panic: /m);
  const logged = (panicAt < 0 ? text : text.slice(0, panicAt)).matchAll(
    /^ {4}(?: {4})*[^\s:]+\.go:\d+: (.*(?:\n {8}.*)*)/gm,
  );
  const parts = [...logged].map((match) => match[1]?.replaceAll(/^ {8}/gm, ''));
  if (panicAt >= 0) parts.push(beforeStack(text.slice(panicAt)).trim());
  return parts.join('\n');
}

/** Which file declares which test; the report does not say. */
async function testFiles(directory: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((file) => file.endsWith('_test.go')).sort()) {
    const text = (await readReport(join(directory, name))) ?? '';
    for (const match of text.matchAll(/^func ((?:Test|Example|Fuzz|Benchmark)\w*)\(/gm))
      files.set(match[1] ?? '', name);
  }
  return files;
}

/** `-run '^(TestA|TestB)$' ./sub`: whole top-level tests, in the packages that have one of them. */
function chosen({ folder, cwd }: TestProject, selection: Selection & { kind: 'only' }): readonly string[] | undefined {
  const names = new Set<string>();
  const packages = new Set<string>();
  for (const { name, file } of selection.tests) {
    const top = name.split('/')[0] ?? '';
    if (file === undefined || !/^\w+$/.test(top)) return undefined;
    names.add(top);
    const directory = relative(cwd, dirname(resolve(folder, file)))
      .split(sep)
      .join('/');
    packages.add(directory === '' ? '.' : `./${directory}`);
  }
  if (names.size === 0) return undefined;
  return ['-run', `^(${[...names].join('|')})$`, ...packages];
}

/** Go splits the value of -exec at blanks, and knows quotes but no escapes. */
function quoted(part: string): string {
  if (!/[\s'"]/.test(part)) return part;
  return part.includes("'") ? `"${part}"` : `'${part}'`;
}
