import type { Command } from 'commander';
import { ExitCode } from '../../exit-codes.ts';
import { number } from '../../format.ts';
import { promptFrom, readText } from '../../inputs.ts';
import type { Output } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { addOpeningOptions, jsonOption, modelOption } from '../../shared-options.ts';
import { loadedAdapter, type ModelOptions, withPolicy } from '../../with-policy.ts';
import { adapterOption, completionFileOption, promptFileOption, rawOption } from './options.ts';

interface Options extends ModelOptions {
  readonly promptFile: string;
  readonly completionFile: string;
  readonly raw?: boolean;
}

export function addModelScore(parent: Command, run: RunCommand): void {
  const command = parent
    .command('score')
    .description('print the log-probability of a given completion (natural logarithm); with --json, of each token')
    .addOption(modelOption())
    .addOption(promptFileOption())
    .addOption(completionFileOption())
    .addOption(rawOption())
    .addOption(adapterOption())
    .addOption(jsonOption());
  addOpeningOptions(command).action((options: Options) =>
    run(options, (output, signal) => score(options, output, signal)),
  );
}

async function score(options: Options, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const prompt = promptFrom(readText('--prompt-file', options.promptFile), options.raw ?? false);
  const completion = { text: readText('--completion-file', options.completionFile) };
  const adapter = options.adapter !== undefined && { adapter: { session: loadedAdapter } };
  const { promptTokens, completionTokens, logprobs } = await withPolicy(
    output,
    options,
    ({ policy }) => policy.score({ prompt, completion, ...adapter }, signal),
    signal,
  );
  if (output.json) {
    output.value({ promptTokens, completionTokens, logprobs });
    return ExitCode.done;
  }
  const sum = logprobs.reduce((total, value) => total + value, 0);
  output.table([
    ['prompt', `${promptTokens.length} tokens`],
    ['completion', `${completionTokens.length} tokens`],
    ['log-probability', `${number(sum)} nat`],
    ['per token', `${number(sum / Math.max(1, logprobs.length))} nat`],
  ]);
  return ExitCode.done;
}
