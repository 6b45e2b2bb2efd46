import { cargoNextest } from './cargo-nextest.ts';
import { cargoTest } from './cargo-test.ts';
import { dotnetTest } from './dotnet-test.ts';
import { parseTap } from './formats/tap.ts';
import { goTest } from './go-test.ts';
import { gradle } from './gradle.ts';
import { javascriptProtects } from './javascript/protected.ts';
import { startupProblem } from './javascript/read-lines.ts';
import { planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { commandsOf, withoutAssignments } from './javascript/script-words.ts';
import { jest } from './jest.ts';
import { maven } from './maven.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './node-test.ts';
import { pytest } from './pytest.ts';
import type { RunnerAdapter, RunnerName, TestProject } from './runner.ts';
import { unittest } from './unittest.ts';
import { vitest } from './vitest.ts';

/** Adapters that can make a report of a command that names their runner. */
const scripted: Readonly<Partial<Record<RunnerName, RunnerAdapter>>> = {
  vitest,
  jest,
  mocha,
  'node-test': nodeTest,
};

interface KnownCommand {
  readonly line: RegExp;
  readonly adapter: RunnerAdapter;
  /** Words from the start that the adapter takes for its executable; it adds the rest of the line itself. Default: all. */
  readonly words?: number;
}

/** Runners of other languages, in the forms whose meaning their adapters keep. */
const known: readonly KnownCommand[] = [
  {
    line: /^(?:(?:uv|poetry|pipenv|hatch|pdm) run )?(?:(?:\S*\/)?python[\d.]*(?:\.exe)? -m )?(?:pytest|py\.test)(?: |$)/,
    adapter: pytest,
  },
  { line: /^(?:\S*\/)?python[\d.]*(?:\.exe)? -m unittest(?: discover)?$/, adapter: unittest, words: 1 },
  { line: /^go test(?: \.\/\.\.\.)?$/, adapter: goTest, words: 2 },
  { line: /^cargo test(?!.* --(?: |$))(?: |$)/, adapter: cargoTest },
  { line: /^cargo nextest run(?!.* --(?: |$))(?: |$)/, adapter: cargoNextest },
  { line: /^dotnet test(?!.* --(?: |$))(?: |$)/, adapter: dotnetTest },
  { line: /^(?:mvn|\.\/mvnw) test$/, adapter: maven, words: 1 },
  { line: /^(?:gradle|\.\/gradlew) test$/, adapter: gradle, words: 1 },
];

interface Delegate {
  readonly adapter: RunnerAdapter;
  readonly project: TestProject;
}

/**
 * A command as the developer typed it, run by the shell. Where it plainly runs a runner that Retune knows, that runner's
 * adapter runs it, for its report; otherwise the report is TAP on stdout, or there is none.
 */
export const command: RunnerAdapter = {
  name: 'command',

  // Only with --test.
  detect: async () => undefined,

  async plan(project, selection, scratch) {
    const delegate = await delegateOf(project);
    if (delegate !== undefined) return delegate.adapter.plan(delegate.project, selection, scratch);
    return selection.kind === 'all' ? planWithoutReport(project) : undefined;
  },

  async read(project, plan, end) {
    const delegate = await delegateOf(project);
    if (delegate !== undefined) return delegate.adapter.read(delegate.project, plan, end);
    return (end.omitted > 0 ? undefined : parseTap(end.stdout, project)) ?? startupProblem(project, end);
  },

  // It may run any of them.
  protects: [
    ...new Set([
      ...javascriptProtects,
      ...[...Object.values(scripted), ...known.map(({ adapter }) => adapter)].flatMap(({ protects }) => protects),
    ]),
  ],
};

async function delegateOf(project: TestProject): Promise<Delegate | undefined> {
  const runner = (await runnerCommand(project))?.runner;
  const adapter = runner && scripted[runner];
  if (adapter !== undefined) return { adapter, project: { ...project, runner: adapter.name } };
  const [only, ...others] = commandsOf(project.commandLine ?? '') ?? [];
  if (only === undefined || others.length > 0 || !only.plain) return undefined;
  const { env, words } = withoutAssignments(only.words);
  if (Object.keys(env).length > 0) return undefined;
  const found = known.find(({ line }) => line.test(words.join(' ')));
  if (found === undefined) return undefined;
  const executable = words.slice(0, found.words);
  return { adapter: found.adapter, project: { ...project, runner: found.adapter.name, executable } };
}
