import { type Command, Option } from 'commander';
import { maxAdapterRank } from '../../../policy/adapters.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { ScoreRequest } from '../../../policy/score.ts';
import type { Solver, UpdateOptions, UpdateReport } from '../../../policy/update.ts';
import { updateRolledBack } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { number } from '../../format.ts';
import { checkOutput, promptFrom, readText } from '../../inputs.ts';
import { integer } from '../../option-parsers.ts';
import type { Output } from '../../output.ts';
import { localPath } from '../../policy-settings.ts';
import type { RunCommand } from '../../run-command.ts';
import {
  adapterOutOption,
  addOpeningOptions,
  betaOption,
  centeringOption,
  jsonOption,
  modelOption,
  seedOption,
  solverOption,
} from '../../shared-options.ts';
import { loadedAdapter, type ModelOptions, withPolicy } from '../../with-policy.ts';
import { completionFileOption, promptFileOption, rawOption } from './options.ts';

interface Options extends ModelOptions {
  readonly promptFile: string;
  readonly completionFile: string;
  readonly raw?: boolean;
  readonly reward: '1' | '-1';
  readonly solver: Solver;
  readonly beta?: number;
  readonly rank?: number;
  readonly centering?: 'on' | 'off';
  readonly seed?: number;
  readonly out: string;
}

export function addModelAdapt(parent: Command, run: RunCommand): void {
  const command = parent
    .command('adapt')
    .description(
      'make one update of a new adapter from a prompt, a completion and its reward, and write it in PEFT’s format',
    )
    .addOption(modelOption())
    .addOption(promptFileOption())
    .addOption(completionFileOption())
    .addOption(rawOption())
    .addOption(
      new Option('--reward <r>', '1 makes the completion more likely, -1 less likely')
        .choices(['-1', '1'])
        .makeOptionMandatory(),
    )
    .addOption(solverOption('how the step is computed').makeOptionMandatory())
    .addOption(betaOption())
    .addOption(new Option('--rank <r>', 'rank of the adapter (default: 8)').argParser(integer(1, maxAdapterRank)))
    .addOption(centeringOption())
    .addOption(seedOption('seed of the adapter’s initial weights (default: random)'))
    .addOption(adapterOutOption())
    .addOption(jsonOption());
  addOpeningOptions(command).action((options: Options) =>
    run(options, (output, signal) => adapt(options, output, signal)),
  );
}

async function adapt(options: Options, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const out = checkOutput(options.out);
  const request: ScoreRequest = {
    prompt: promptFrom(readText('--prompt-file', options.promptFile), options.raw ?? false),
    completion: { text: readText('--completion-file', options.completionFile) },
  };
  const report = await withPolicy(
    output,
    options,
    ({ policy }) => adaptAdapter(policy, request, options, output, signal),
    signal,
  );
  if (output.json) output.value({ ...report, out: report.accepted ? out : null });
  else print(report, report.accepted ? out : undefined, output);
  if (report.accepted) return ExitCode.done;
  const { what, why, remedy } = updateRolledBack(report.reason ?? 'unknown');
  output.note(`${what} ${why} ${remedy}`);
  return ExitCode.failed;
}

async function adaptAdapter(
  policy: Policy,
  request: ScoreRequest,
  options: Options,
  output: Output,
  signal: AbortSignal,
): Promise<UpdateReport> {
  const { rank, seed } = options;
  const name = loadedAdapter;
  await policy.adapters.create({
    name,
    kind: 'session',
    ...(rank !== undefined && { rank }),
    ...(seed !== undefined && { seed }),
  });
  // Only for its tokens: an update wants exactly those that the model would see.
  const { promptTokens, completionTokens } = await policy.score(request, signal);
  output.progress('computing the update …');
  const report = await update(policy, promptTokens, completionTokens, options, signal);
  output.progressEnd();
  if (report.accepted) await policy.adapters.save({ name, directory: localPath(options.out) });
  return report;
}

function update(
  policy: Policy,
  promptTokens: readonly number[],
  responseTokens: readonly number[],
  { reward, solver, beta, centering, seed }: Options,
  signal: AbortSignal,
): Promise<UpdateReport> {
  const updateOptions: UpdateOptions = {
    solver,
    ...(beta !== undefined && { beta }),
    ...(centering !== undefined && { centering: centering === 'on' }),
    ...(seed !== undefined && { seed }),
  };
  const adapter = { session: loadedAdapter, train: 'session' as const };
  const step = reward === '1' ? 1 : -1;
  return policy.update({ adapter, promptTokens, responseTokens, reward: step, options: updateOptions }, signal);
}

function print(report: UpdateReport, out: string | undefined, output: Output): void {
  output.table([
    ['result', report.accepted ? 'accepted' : `rolled back: ${report.reason}`],
    ['solver', `${report.solver}, step ${number(report.alpha)} after ${report.halvings} halvings`],
    ['log-probability', `${number(report.logProbBefore)} → ${number(report.logProbAfter)} nat`],
    ['KL', `${number(report.klResponse)} nat per token on the response, ${number(report.klAnchors)} on the anchors`],
    ['entropy', `${number(report.entropyBefore)} → ${number(report.entropyAfter)} nat per token`],
    ['weights', `‖Δθ‖ ${number(report.deltaNorm)}, at most ${number(report.relativeWeightChange * 100)} % of a matrix`],
    ['tokens', `${report.promptTokens} prompt, ${report.responseTokens} response`],
    ['time', `${Math.round(report.milliseconds)} ms`],
    ...(out === undefined ? [] : [['written to', out] as const]),
  ]);
}
