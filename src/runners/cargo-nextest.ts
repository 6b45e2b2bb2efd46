import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cargoLanguages,
  cargoManifest,
  cargoProtects,
  cargoWhy,
  hasNextest,
  hasOwnRunner,
  isCargoProject,
  workspaceRoot,
} from './cargo/cargo-project.ts';
import { parseJunit } from './formats/junit.ts';
import type { JunitCase } from './formats/junit-xml.ts';
import { problemIn } from './formats/report-lines.ts';
import type { Runner, Selection, TestProject } from './runner.ts';
import { captureCommand, captureVariables } from './running/capture.ts';
import { readReport } from './running/report-file.ts';

/** Exit codes of nextest: nothing to run; a test failed; the build failed. */
const exits = { noTests: 4, buildFailed: 101 } as const;

/**
 * `cargo nextest` by its JUnit report, which a profile of ours asks for, from a file outside the workspace; the project's
 * own profile stays in force otherwise.
 * nextest gives each test a process of its own and believes its exit code, so a test that ends its process would pass;
 * therefore each runs under a program of ours that also wants the test to be logged as passed.
 */
export const cargoNextest: Runner = {
  name: 'cargo-nextest',
  languages: cargoLanguages,
  manifests: [cargoManifest],
  looksFor: 'Cargo.toml',
  typed: { line: /^cargo nextest run(?!.* --(?: |$))(?: |$)/ },

  async detect(view) {
    if (!isCargoProject(view) || !(await hasNextest())) return undefined;
    const why = `${await cargoWhy(view)} cargo-nextest is installed.`;
    return { why, executable: ['cargo', 'nextest', 'run'] };
  },

  async plan(project, selection, scratch) {
    const report = join(scratch, 'junit.xml');
    const config = join(scratch, 'nextest.toml');
    const filter = filterOf(selection);
    if (filter === undefined) return undefined;
    await writeFile(config, `[profile.retune]\n[profile.retune.junit]\npath = ${JSON.stringify(report)}\n`);
    const capture = await captureCommand(scratch);
    const runner = JSON.stringify([...capture, 'nextest', scratch]);
    const flags = [
      '--no-fail-fast',
      '--profile=retune',
      `--tool-config-file=retune:${config}`,
      ...((await hasOwnRunner(project)) ? [] : ['--config', `target.'cfg(all())'.runner=${runner}`]),
    ];
    return {
      display: [...project.executable, ...filter].join(' '),
      argv: [...project.executable, ...flags, ...filter],
      env: { ...captureVariables, CARGO_TERM_COLOR: 'never', RUST_BACKTRACE: '1', NEXTEST_RETRIES: '0' },
      reports: [report],
    };
  },

  async read(project, plan, end) {
    const places = { folder: project.folder, cwd: await workspaceRoot(project) };
    if (end.code === exits.buildFailed) {
      return { tests: [], problems: [{ ...problemIn('Cargo.toml', end.stderr, places), compiler: true }] };
    }
    const xml = await readReport(plan.reports[0] ?? '');
    if (xml === undefined) return end.code === exits.noTests ? { tests: [], problems: [] } : undefined;
    return parseJunit(xml, places, { naming: (testcase) => naming(testcase, project) });
  },

  protects: cargoProtects,
};

/** `classname` is the binary's id: `calc` the library, `calc::it` tests/it.rs, `calc::bin/tool` a program. */
function naming({ classname }: JunitCase, project: TestProject): { file: string; groups: readonly string[] } {
  const [, kind, target] = /^[^:]+(?:::(?:(bin|example|bench)\/)?([\w-]+))?$/.exec(classname) ?? [];
  const sources: Readonly<Record<string, readonly string[]>> = {
    lib: ['src/lib.rs'],
    test: [`tests/${target}.rs`, `tests/${target}/main.rs`],
    bin: [`src/bin/${target}.rs`, 'src/main.rs'],
  };
  const candidates = sources[kind ?? (target === undefined ? 'lib' : 'test')] ?? [];
  const found = candidates.map((source) => join(project.cwd, source)).find((path) => existsSync(path));
  return found === undefined ? { file: '', groups: [classname] } : { file: found, groups: [] };
}

/** `-E 'test(=a::b) | test(=c)'`; undefined when a name has characters that the expression would take for its own. */
function filterOf(selection: Selection): readonly string[] | undefined {
  if (selection.kind === 'all') return [];
  const names = [...new Set(selection.tests.map(({ name }) => name))];
  if (names.length === 0 || names.some((name) => !/^[\w:]+$/.test(name))) return undefined;
  return ['-E', names.map((name) => `test(=${name})`).join(' | ')];
}
