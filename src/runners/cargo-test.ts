import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { TestResult, TestStatus } from '../agent/verdict.ts';
import {
  cargoLanguages,
  cargoManifest,
  cargoProtects,
  cargoWhy,
  hasOwnRunner,
  isCargoProject,
  workspaceRoot,
} from './cargo/cargo-project.ts';
import { fileName, parseCargoMessages } from './formats/cargo-messages.ts';
import { cleanText, failureOf } from './formats/failure-text.ts';
import { failureOutputs, panicMessage, parseLibtest, parseLibtestLog } from './formats/libtest.ts';
import { type Places, workspacePath } from './formats/places.ts';
import { problemIn } from './formats/report-lines.ts';
import { idOf, uniqueResults } from './formats/results.ts';
import type { Runner, Selection, TestReport } from './runner.ts';
import { captureCommand, captured, captureVariables } from './running/capture.ts';
import { readReport } from './running/report-file.ts';

/**
 * `cargo test`, which on a stable toolchain has no report but text. So every test binary runs under a program of ours,
 * which asks it for its tests first and has it log their results to a file: what tests print counts for nothing, and a
 * process that ends early leaves tests without result.
 * What cannot be kept out of the workspace: `target`, and `Cargo.lock` where there is none.
 */
export const cargoTest: Runner = {
  name: 'cargo-test',
  languages: cargoLanguages,
  manifests: [cargoManifest],
  looksFor: 'Cargo.toml',
  typed: { line: /^cargo test(?!.* --(?: |$))(?: |$)/ },

  async detect(view) {
    if (!isCargoProject(view)) return undefined;
    return { why: await cargoWhy(view), executable: ['cargo', 'test'] };
  },

  async plan(project, selection, scratch) {
    const chosen = names(selection);
    if (chosen === undefined) return undefined;
    const capture = await captureCommand(scratch);
    const report = join(scratch, 'cargo.txt');
    const runner = JSON.stringify([...capture, 'cargo', scratch]);
    const flags = [
      '--no-fail-fast',
      '--message-format=json',
      ...((await hasOwnRunner(project)) ? [] : ['--config', `target.'cfg(all())'.runner=${runner}`]),
      // Documentation tests are named by lines, which an attempt moves; they are run with all others.
      ...(selection.kind === 'only' ? ['--tests', '--', '--exact', ...chosen] : []),
    ];
    return {
      display: [...project.executable, ...(chosen.length > 0 ? ['--', '--exact', ...chosen] : [])].join(' '),
      argv: [...(await captured(scratch, report, project.executable)), ...flags],
      env: { ...captureVariables, CARGO_TERM_COLOR: 'never', RUST_BACKTRACE: '1' },
      reports: [report],
    };
  },

  async read(project, plan, end) {
    const text = await readReport(plan.reports[0] ?? '');
    if (text === undefined) return undefined;
    const { executables, errors, built, rest } = parseCargoMessages(text);
    const places: Places = { folder: project.folder, cwd: await workspaceRoot(project) };
    if (built === false) return { tests: [], problems: compileErrors(errors, places) };
    if (built === undefined) return undefined;
    const runs = await readRuns(dirname(plan.reports[0] ?? ''));
    if (runs.length === 0 && executables.size > 0) return fromText(rest, places, end.code);
    if (runs.length < executables.size) return undefined;
    const tests: TestResult[] = [];
    for (const run of runs) {
      const source = executables.get(fileName(run.binary));
      tests.push(...(await resultsOf(run, source === undefined ? undefined : workspacePath(source, places), places)));
    }
    const documentation = parseLibtest(rest);
    if (!documentation.complete) return undefined;
    for (const [name, status] of documentation.statuses) {
      tests.push(documentationTest(name, status, documentation.outputs.get(name) ?? '', places));
    }
    return { tests: uniqueResults(tests, 'number'), problems: [] };
  },

  protects: cargoProtects,
};

const runSchema = z.object({
  binary: z.string(),
  /** null: not Rust's own harness. */
  tests: z.array(z.string()).nullable(),
  logs: z.boolean(),
  code: z.number().nullable(),
  signal: z.string().nullable(),
});
type BinaryRun = z.infer<typeof runSchema> & { readonly output: string; readonly log: string };

async function readRuns(directory: string): Promise<BinaryRun[]> {
  const runs: BinaryRun[] = [];
  for (const name of (await readdir(directory)).filter((file) => /^binary-\d+\.json$/.test(file)).sort(byNumber)) {
    const base = join(directory, name.slice(0, -'.json'.length));
    const run = runSchema.safeParse(JSON.parse((await readReport(`${base}.json`)) ?? 'null'));
    if (!run.success) continue;
    const [output = '', log = ''] = await Promise.all([readReport(`${base}.out`), readReport(`${base}.log`)]);
    runs.push({ ...run.data, output, log });
  }
  return runs;
}

/** Process numbers mostly grow, so this is mostly the order in which the binaries ran. */
function byNumber(a: string, b: string): number {
  return Number(a.replaceAll(/\D/g, '')) - Number(b.replaceAll(/\D/g, ''));
}

async function resultsOf(run: BinaryRun, file: string | undefined, places: Places): Promise<TestResult[]> {
  const how = run.signal === null ? `exit code ${run.code}` : run.signal;
  if (run.tests === null) {
    const name = fileName(run.binary).replace(/-[0-9a-f]{16}(?:\.exe)?$/, '');
    const failure = failureOf(`The test program ended with ${how}.`, run.output, places);
    return [resultOf(file, name, run.code === 0 ? 'passed' : 'failed', () => failure)];
  }
  const text = parseLibtest(run.output);
  const statuses = run.logs ? parseLibtestLog(run.log) : text.complete ? text.statuses : new Map<string, TestStatus>();
  const outputs = failureOutputs(run.output);
  return run.tests.map((name) =>
    resultOf(file, name, statuses.get(name) ?? 'errored', (status) => {
      if (status === 'errored')
        return failureOf(`The test process ended with ${how} before this test did.`, '', places);
      const output = outputs.get(name) ?? '';
      return failureOf(panicMessage(output), output, places);
    }),
  );
}

function resultOf(
  file: string | undefined,
  name: string,
  status: TestStatus,
  failure: (status: TestStatus) => NonNullable<TestResult['failure']>,
): TestResult {
  return {
    id: idOf(file, name.split('::').slice(0, -1), name.split('::').at(-1) ?? name),
    name: cleanText(name, 300),
    ...(file !== undefined && { file }),
    status,
    ...((status === 'failed' || status === 'errored') && { failure: failure(status) }),
  };
}

const documentationName = /^(?<path>.+?) - (?<item>.+?) ?\(line \d+\)$/;

/** `src/lib.rs - add (line 3)`; the line is left out of the id, since it moves with every change above it. */
function documentationTest(name: string, status: TestStatus, output: string, places: Places): TestResult {
  const { path = '', item = name } = documentationName.exec(name)?.groups ?? {};
  const file = path === '' ? undefined : workspacePath(path, places);
  const compiles = !/^(?:error(?:\[E\d+\])?:|Couldn't compile the test)/m.test(output);
  return {
    ...resultOf(file, item, status === 'failed' && !compiles ? 'errored' : status, () =>
      failureOf(panicMessage(output), output, places),
    ),
    id: idOf(file, ['documentation'], item),
    name: `${cleanText(item, 280)} (documentation)`,
  };
}

/** Where the project's own runner takes the place of ours, there is only the text; the exit code must agree with it. */
function fromText(text: string, places: Places, code: number | null): TestReport | undefined {
  const { statuses, outputs, complete } = parseLibtest(text);
  const failed = [...statuses.values()].includes('failed');
  if (!complete || failed !== (code !== 0)) return undefined;
  const tests = [...statuses].map(([name, status]) => {
    const output = outputs.get(name) ?? '';
    if (documentationName.test(name)) return documentationTest(name, status, output, places);
    return resultOf(undefined, name, status, () => failureOf(panicMessage(output), output, places));
  });
  return { tests: uniqueResults(tests, 'number'), problems: [] };
}

function compileErrors(
  errors: readonly { readonly source: string; readonly text: string }[],
  places: Places,
): TestReport['problems'] {
  const bySource = new Map<string, string>();
  for (const { source, text } of errors) {
    const where = workspacePath(source, places) ?? 'a dependency';
    bySource.set(where, `${bySource.get(where) ?? ''}${text}\n`);
  }
  if (bySource.size === 0) bySource.set('Cargo.toml', 'The package could not be built.');
  return [...bySource].map(([where, text]) => ({ ...problemIn(where, text, places), compiler: true }));
}

/** undefined when one cannot be named: a documentation test, or a file that did not compile. */
function names(selection: Selection): readonly string[] | undefined {
  if (selection.kind === 'all') return [];
  const all = selection.tests.map(({ name }) => name);
  return all.length === 0 || all.some((name) => !/^[\w:]+$/.test(name)) ? undefined : all;
}
