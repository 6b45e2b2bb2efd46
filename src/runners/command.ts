import { parseTap } from './formats/tap.ts';
import { javascriptProtects } from './javascript/javascript-project.ts';
import { startupProblem } from './javascript/read-lines.ts';
import { planWithoutReport, runnerCommand } from './javascript/run-plan.ts';
import { commandsOf, withoutAssignments } from './javascript/script-words.ts';
import type { Runner, TestProject } from './runner.ts';

/**
 * A command as the developer typed it, run by the shell. Where it plainly runs a runner that Retune knows, that runner
 * takes over, for its report; otherwise the report is TAP on stdout, or there is none.
 * @param runners all others
 */
export function command(runners: readonly Runner[]): Runner {
  return {
    name: 'command',
    languages: [],
    manifests: [],

    // Only where the developer gave a command.
    detect: async () => undefined,

    async plan(project, selection, scratch) {
      const known = await knownProject(project, runners);
      if (known !== undefined) return known.runner.plan(known, selection, scratch);
      return selection.kind === 'all' ? planWithoutReport(project) : undefined;
    },

    async read(project, plan, end) {
      const known = await knownProject(project, runners);
      if (known !== undefined) return known.runner.read(known, plan, end);
      return (end.omitted > 0 ? undefined : parseTap(end.stdout, project)) ?? startupProblem(project, end);
    },

    // It may run any of them.
    protects: [...new Set([...javascriptProtects, ...runners.flatMap(({ protects }) => protects)])],
  };
}

/** The project as that of the runner whose command was typed, if that is plain. */
async function knownProject(project: TestProject, runners: readonly Runner[]): Promise<TestProject | undefined> {
  const scripted = (await runnerCommand(project, runners))?.runner;
  const runner = runners.find(({ name }) => name === scripted);
  return runner === undefined ? typedProject(project, runners) : { ...project, runner };
}

function typedProject(project: TestProject, runners: readonly Runner[]): TestProject | undefined {
  const [only, ...others] = commandsOf(project.commandLine ?? '') ?? [];
  if (only === undefined || others.length > 0 || !only.plain) return undefined;
  const { env, words } = withoutAssignments(only.words);
  if (Object.keys(env).length > 0) return undefined;
  const runner = runners.find(({ typed }) => typed?.line.test(words.join(' ')));
  return runner && { ...project, runner, executable: words.slice(0, runner.typed?.words) };
}
