import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Verdict } from '../../../agent/verdict.ts';
import { detectTests } from '../../../runners/detection/detect.ts';
import type { RunPlan, TestProject } from '../../../runners/runner.ts';
import { runTests } from '../../../runners/running/run.ts';
import { judge } from '../../../runners/verdict/judge.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Output, OutputOptions } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { jsonOption, testCommandOption, timeoutOption } from '../../shared-options.ts';
import { printProject, printVerdict } from './printer.ts';

interface Options extends OutputOptions {
  readonly target?: string;
  readonly test?: string;
  readonly timeout: number;
}

export function addTest(parent: Command, run: RunCommand): void {
  parent
    .command('test')
    .description(
      'run the tests once, and show what was detected and how the run is judged; exits with 1 unless all pass',
    )
    .argument('[folder]', 'workspace folder', '.')
    .addOption(new Option('--target <path>', 'file whose tests to run; those of its nearest package are run'))
    .addOption(testCommandOption())
    .addOption(timeoutOption())
    .addOption(jsonOption())
    .action((folder: string, options: Options) =>
      run(options, (output, signal) => test(folder, options, output, signal)),
    );
}

async function test(
  folder: string,
  { target, test: command, timeout }: Options,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const request = { ...(target !== undefined && { target }), ...(command !== undefined && { command }) };
  const project = await detectTests(folder, request, signal);
  const { plan, verdict } = await runOnce(project, timeout * 1000, output, signal);
  if (output.json) output.value(result(project, plan, verdict));
  else printVerdict(verdict, output);
  return verdict.reward === 1 ? ExitCode.done : ExitCode.failed;
}

async function runOnce(
  project: TestProject,
  timeoutMs: number,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly plan: RunPlan; readonly verdict: Verdict }> {
  const scratch = await mkdtemp(join(tmpdir(), 'retune-test-'));
  const onPlan = (plan: RunPlan): void => {
    if (!output.json) printProject(project, plan, output);
  };
  const started = performance.now();
  const show = (): void => output.progress(`running … ${Math.round((performance.now() - started) / 1000)} s`);
  const clock = setInterval(show, 1000);
  try {
    const run = await runTests(project, { kind: 'all' }, { timeoutMs, scratch, onPlan }, signal);
    return { plan: run.plan, verdict: judge(run, {}) };
  } finally {
    clearInterval(clock);
    output.progressEnd();
    await rm(scratch, { recursive: true, force: true });
  }
}

function result(
  { runner: { name: runner }, cwd }: TestProject,
  { display: command }: RunPlan,
  verdict: Verdict,
): unknown {
  const { reward, reason, detail, passed, failed, skipped, errored, tests } = verdict;
  return { runner, command, cwd, reward, reason, detail, passed, failed, skipped, errored, tests };
}
