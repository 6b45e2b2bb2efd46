import { type Command, Option } from 'commander';
import type { GenerateRequest, Generation } from '../../../policy/generation.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { Prompt } from '../../../policy/prompt.ts';
import { promptMissing } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { promptFrom, readMessages } from '../../inputs.ts';
import { integer } from '../../option-parsers.ts';
import type { Output } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { addOpeningOptions, jsonOption, modelOption, seedOption, temperatureOption } from '../../shared-options.ts';
import { loadedAdapter, type ModelOptions, withPolicy } from '../../with-policy.ts';
import { adapterOption } from './options.ts';

interface Options extends ModelOptions {
  readonly prompt?: string;
  readonly messages?: string;
  readonly raw?: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
}

export function addModelGenerate(parent: Command, run: RunCommand): void {
  const command = parent
    .command('generate')
    .description('generate an answer and print it as it is generated')
    .addOption(modelOption())
    .addOption(new Option('--prompt <text>', 'the prompt: one user message').conflicts('messages'))
    .addOption(new Option('--messages <file.json>', 'the prompt: a JSON array of chat messages'))
    .addOption(new Option('--raw', 'encode the prompt as it is, without the chat template').conflicts('messages'))
    .addOption(adapterOption())
    .addOption(new Option('--max-tokens <n>', 'maximum number of tokens to generate').argParser(integer(1)))
    .addOption(temperatureOption('from generation_config.json, else 0.7'))
    .addOption(seedOption())
    .addOption(jsonOption());
  addOpeningOptions(command).action((options: Options) =>
    run(options, (output, signal) => generate(options, output, signal)),
  );
}

async function generate(options: Options, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const request = requestFrom(options);
  const generation = await withPolicy(output, options, ({ policy }) => stream(policy, request, output, signal), signal);
  if (generation.finish === 'cancelled') return ExitCode.interrupted;
  if (output.json) output.value(generation);
  else output.note(summary(generation));
  return ExitCode.done;
}

function requestFrom(options: Options): GenerateRequest {
  const { adapter, maxTokens, temperature, seed } = options;
  return {
    prompt: promptOf(options),
    ...(adapter !== undefined && { adapter: { session: loadedAdapter } }),
    ...(maxTokens !== undefined && { maxTokens }),
    sampling: { ...(temperature !== undefined && { temperature }), ...(seed !== undefined && { seed }) },
  };
}

function promptOf({ prompt, messages, raw }: Options): Prompt {
  if (prompt !== undefined) return promptFrom(prompt, raw ?? false);
  if (messages !== undefined) return { messages: readMessages(messages) };
  throw promptMissing();
}

async function stream(
  policy: Policy,
  request: GenerateRequest,
  output: Output,
  signal: AbortSignal,
): Promise<Generation> {
  const events = policy.generate(request, signal);
  let printed = '';
  for (;;) {
    const next = await events.next();
    if (next.done) {
      output.progressEnd();
      if (!output.json) output.modelText(`${next.value.text.slice(printed.length)}\n`);
      return next.value;
    }
    const event = next.value;
    if (event.kind === 'prefill') output.progress(`reading the prompt: ${event.done} of ${event.total} tokens`);
    else if (!output.json) {
      if (printed === '') output.progressEnd();
      output.modelText(event.text);
      printed += event.text;
    }
  }
}

function summary({ responseTokens, usage, timings, finish, seed }: Generation): string {
  const count = usage?.responseTokens ?? responseTokens.length;
  const speed = timings.decodeMs > 0 ? `, ${((count / timings.decodeMs) * 1000).toFixed(1)} tokens/s` : '';
  return `${count} tokens${speed}, ended by ${finish}, seed ${seed}`;
}
