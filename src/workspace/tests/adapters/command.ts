import { parseTap } from '../formats/tap.ts';
import { javascriptProtects } from '../javascript/protected.ts';
import { startupProblem } from '../javascript/read-lines.ts';
import { planWithoutReport, runnerCommand } from '../javascript/run-plan.ts';
import { commandsOf, withoutAssignments } from '../javascript/script-words.ts';
import type { RunnerAdapter, RunnerName, TestProject } from '../types.ts';
import { jest } from './jest.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './node-test.ts';
import { pytest } from './pytest.ts';
import { vitest } from './vitest.ts';

/** Adapters that can make a report of a command that names their runner. */
const scripted: Readonly<Partial<Record<RunnerName, RunnerAdapter>>> = {
  vitest,
  jest,
  mocha,
  'node-test': nodeTest,
};

/** Commands that take the options of their adapter at their end. */
const known: readonly { readonly start: RegExp; readonly adapter: RunnerAdapter }[] = [
  {
    start:
      /^(?:(?:uv|poetry|pipenv|hatch|pdm) run )?(?:(?:\S*\/)?python[\d.]*(?:\.exe)? -m )?(?:pytest|py\.test)(?: |$)/,
    adapter: pytest,
  },
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
      ...Object.values(scripted).flatMap(({ protects }) => protects),
      ...pytest.protects,
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
  const found = known.find(({ start }) => start.test(words.join(' ')));
  return found && { adapter: found.adapter, project: { ...project, runner: found.adapter.name, executable: words } };
}
