import { type Command, Option } from 'commander';
import type { GenerateRequest, Generation } from '../../../policy/generation.ts';
import type { Prompt } from '../../../policy/prompt.ts';
import type { RemotePolicy } from '../../../sidecar/client/remote-policy.ts';
import { usage } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { promptFrom, readMessages } from '../../inputs.ts';
import { addOpeningOptions, decimal, integer, jsonOption, MAX_SEED, modelOption } from '../../option-parsers.ts';
import type { Output } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { ADAPTER, type ModelOptions, withModel } from '../../with-sidecar.ts';

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
    .description('generate an answer; it is printed as it comes')
    .addOption(modelOption())
    .addOption(new Option('--prompt <text>', 'one user message').conflicts('messages'))
    .addOption(new Option('--messages <file.json>', 'a JSON array of chat messages'))
    .addOption(new Option('--raw', 'no chat template: the prompt is encoded as it is').conflicts('messages'))
    .addOption(new Option('--adapter <dir>', 'PEFT adapter to apply'))
    .addOption(new Option('--max-tokens <n>', 'most tokens to generate').argParser(integer(1)))
    .addOption(new Option('--temperature <t>', '0 = always the likeliest token').argParser(decimal(0)))
    .addOption(new Option('--seed <s>', 'same seed, same answer').argParser(integer(0, MAX_SEED)))
    .addOption(jsonOption());
  addOpeningOptions(command).action((options: Options) =>
    run(options, (output, signal) => generate(options, output, signal)),
  );
}

async function generate(options: Options, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const request = requestFrom(options);
  const generation = await withModel(output, options, (policy) => stream(policy, request, output, signal), signal);
  if (generation.finish === 'cancelled') return ExitCode.interrupted;
  if (output.json) output.value(generation);
  else output.note(summary(generation));
  return ExitCode.done;
}

function requestFrom(options: Options): GenerateRequest {
  const { adapter, maxTokens, temperature, seed } = options;
  return {
    prompt: promptOf(options),
    ...(adapter !== undefined && { adapter: { session: ADAPTER } }),
    ...(maxTokens !== undefined && { maxTokens }),
    sampling: { ...(temperature !== undefined && { temperature }), ...(seed !== undefined && { seed }) },
  };
}

function promptOf({ prompt, messages, raw }: Options): Prompt {
  if (prompt !== undefined) return promptFrom(prompt, raw ?? false);
  if (messages !== undefined) return { messages: readMessages(messages) };
  throw usage(
    'There is nothing to answer.',
    'Neither --prompt nor --messages was given.',
    'Add --prompt "your question", or --messages FILE.json.',
  );
}

async function stream(
  policy: RemotePolicy,
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

function summary({ responseTokens, timings, finish, seed }: Generation): string {
  const speed =
    timings.decodeMs > 0 ? `, ${((responseTokens.length / timings.decodeMs) * 1000).toFixed(1)} tokens/s` : '';
  return `${responseTokens.length} tokens${speed}, ended by ${finish}, seed ${seed}`;
}
