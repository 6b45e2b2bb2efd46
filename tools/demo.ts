import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ExitCode } from '../src/cli/exit-codes.ts';
import { count, number } from '../src/cli/format.ts';
import { checkOutput } from '../src/cli/inputs.ts';
import { Output } from '../src/cli/output.ts';
import { terminalText } from '../src/cli/terminal-text.ts';
import { localPath, type ModelOptions, withModel } from '../src/cli/with-sidecar.ts';
import { defaultTrustRegion as bounds } from '../src/engine/adaptation/trust-region.ts';
import { isCancelled } from '../src/shared/errors/cancelled.ts';
import { isUsage, usage as usageError } from '../src/shared/errors/cli.ts';
import { RetuneError } from '../src/shared/errors/retune-error.ts';
import { internal } from '../src/shared/errors/sidecar.ts';
import type { Dtype, ModelInfo, ProviderChoice } from '../src/shared/model-types.ts';
import type { GenerateRequest, Generation, UpdateReport } from '../src/shared/policy-types.ts';
import type { RemotePolicy } from '../src/sidecar/client/remote-policy.ts';

const usage = `npm run demo -- [--model DIR] [--prompt TEXT] [--dtype fp32|int8|int4] [--provider P] [--max-tokens N] [--seed S] [--out DIR]

Generates an answer, tells the model that it was rejected, and generates again with the adapted weights.

  --model       checkpoint directory in Hugging Face layout (default: a small random model made for tests)
  --prompt      what to ask (default: for a Python function)
  --dtype       number format of the weights (default: int8)
  --provider    auto, cpu, webgpu, cuda, dml or coreml (default: auto)
  --max-tokens  most tokens of an answer (default: 32)
  --seed        of both answers and of the adapter (default: 1)
  --out         keep the adapter there, in PEFT's format (default: written to a temporary directory, then removed)`;

const randomModel = path.resolve(import.meta.dirname, '../test/fixtures/checkpoints/qwen2');
const session = 'demo';

interface Options extends ModelOptions {
  readonly isRandomModel: boolean;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly seed: number;
  readonly out: string | undefined;
}

/** @throws RetuneError `cli.usage` */
function readOptions(): Options | 'help' {
  const text = { type: 'string' } as const;
  let values: ReturnType<typeof parse>['values'];
  const parse = () =>
    parseArgs({
      options: {
        model: text,
        prompt: { type: 'string', default: 'Write a Python function that returns the sum of a list.' },
        dtype: text,
        provider: text,
        'max-tokens': { type: 'string', default: '32' },
        seed: { type: 'string', default: '1' },
        out: text,
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  try {
    ({ values } = parse());
  } catch (error) {
    throw usageError('The options cannot be read.', (error as Error).message, usage);
  }
  if (values.help) return 'help';
  const { model, prompt, dtype, provider, out } = values;
  return {
    model: model ?? randomModel,
    isRandomModel: model === undefined,
    prompt,
    ...(dtype !== undefined && { dtype: oneOf<Dtype>('--dtype', dtype, ['fp32', 'int8', 'int4']) }),
    ...(provider !== undefined && { provider: oneOf<ProviderChoice>('--provider', provider, providers) }),
    maxTokens: wholeNumber('--max-tokens', values['max-tokens'], 1),
    seed: wholeNumber('--seed', values.seed, 0),
    out: out === undefined ? undefined : checkOutput(out),
  };
}

const providers = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw usageError(`${option} ${value} is unknown.`, `It is ${choices.join(', ')}.`, usage);
  return found;
}

function wholeNumber(option: string, value: string, least: number): number {
  if (/^\d{1,9}$/.test(value) && Number(value) >= least) return Number(value);
  throw usageError(`${option} ${value} cannot be used.`, `It is a whole number from ${least} on.`, usage);
}

/** Generate, reject, adapt, generate again. The scratch directory is the caller's to remove. */
async function demo(options: Options, scratch: string, output: Output, signal: AbortSignal): Promise<ExitCode> {
  // Converted weights of a model that means nothing are not worth keeping.
  if (options.isRandomModel) process.env.RETUNE_CACHE ??= path.join(scratch, 'cache');
  return withModel(output, options, (policy) => run(policy, options, scratch, output, signal), signal);
}

async function run(
  policy: RemotePolicy,
  options: Options,
  scratch: string,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  output.heading('The model');
  describeModel(policy.info, options.isRandomModel, output);

  const { seed, maxTokens, prompt } = options;
  const request: GenerateRequest = {
    prompt: policy.info.hasChatTemplate ? { messages: [{ role: 'user', content: prompt }] } : { text: prompt },
    sampling: { seed },
    maxTokens,
    logprobs: true,
  };
  output.heading(`\nAn answer to “${prompt}”`);
  const before = await answer(policy, request, output, signal);

  output.heading('\nThe answer is rejected: one update with reward −1');
  await policy.adapters.create({ name: session, kind: 'session', seed });
  const { promptTokens, responseTokens } = before;
  const adapter = { session, train: 'session' as const };
  const report = await policy.update(
    { adapter, promptTokens, responseTokens, reward: -1, options: { solver: 'one-step' } },
    signal,
  );
  describeUpdate(report, output);
  if (!report.accepted) return ExitCode.failed;

  output.heading('\nThe same question and seed, with the adapter');
  const after = await answer(policy, { ...request, adapter: { session } }, output, signal);
  output.text(`${difference(before.responseTokens, after.responseTokens)}\n`);

  const directory = options.out ?? path.join(scratch, 'adapter');
  await policy.adapters.save({ name: session, directory: localPath(directory) });
  const fate = options.out === undefined ? '; it is removed now, --out DIR keeps it' : '';
  output.text(`\nThe adapter was written to ${directory} in PEFT's format${fate}.\n`);
  return report.logProbAfter < report.logProbBefore ? ExitCode.done : ExitCode.failed;
}

function describeModel(info: ModelInfo, isRandomModel: boolean, output: Output): void {
  if (isRandomModel) {
    output.text('A small random model made for tests: its words mean nothing.\n');
    output.text('For a real one: npm run demo -- --model DIR\n');
  }
  output.table([
    ['checkpoint', info.directory],
    ['architecture', `${info.architecture}, ${count(info.parameters)} parameters, ${info.layers} layers`],
    ['dtype', info.block === undefined ? info.dtype : `${info.dtype}, block ${info.block}`],
    ['provider', `${info.provider}: ${info.providerReason}`],
    ['opened in', `${Math.round(info.loadMs)} ms`],
  ]);
}

async function answer(
  policy: RemotePolicy,
  request: GenerateRequest,
  output: Output,
  signal: AbortSignal,
): Promise<Generation> {
  const events = policy.generate(request, signal);
  let next = await events.next();
  while (!next.done) next = await events.next();
  const generation = next.value;
  signal.throwIfAborted();
  const { text, responseTokens, logprobs = [], finish } = generation;
  const sum = logprobs.reduce((total, value) => total + value, 0);
  for (const line of terminalText(text).split('\n')) output.text(`  │ ${line}\n`);
  output.text(
    `${responseTokens.length} tokens, ended by ${finish}, log π = ${number(sum)} nat (${number(sum / logprobs.length)} per token)\n`,
  );
  return generation;
}

function describeUpdate(report: UpdateReport, output: Output): void {
  const { logProbBefore, logProbAfter, entropyBefore, entropyAfter } = report;
  const [low, high] = bounds.entropyRange;
  const change = report.accepted ? `: ${number(Math.exp(logProbBefore - logProbAfter))} times less likely` : '';
  output.table([
    [
      'result',
      report.accepted
        ? `accepted at step ${number(report.alpha)}, after ${report.halvings} halvings, in ${Math.round(report.milliseconds)} ms`
        : `rolled back (${report.reason}): the weights are what they were`,
    ],
    // The decode graph rounds activations to 8 bits, hence another number than while generating.
    ['log π(answer)', `${number(logProbBefore)} → ${number(logProbAfter)} nat, computed in fp32${change}`],
    ['KL, this answer', `${number(report.klResponse)} nat per token, at most ${bounds.klResponse} allowed`],
    ['KL, other prompts', `${number(report.klAnchors)} nat per token, at most ${bounds.klAnchors} allowed`],
    ['entropy', `${number(entropyBefore)} → ${number(entropyAfter)} nat; ${low} to ${high} times the base's allowed`],
    [
      'weights',
      `no matrix changed by more than ${number(100 * report.relativeWeightChange)} %, ${100 * bounds.weightChange} % allowed`,
    ],
  ]);
}

function difference(before: readonly number[], after: readonly number[]): string {
  const first = before.findIndex((token, i) => token !== after[i]);
  if (first < 0) return 'The same answer: one small step lowered its probability, but not enough for this seed.';
  return `The answers differ from token ${first + 1} on.`;
}

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const output = new Output({});
const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-demo-'));
try {
  const options = readOptions();
  if (options === 'help') output.text(`${usage}\n`);
  else process.exitCode = await demo(options, scratch, output, interruption.signal);
} catch (error) {
  if (interruption.signal.aborted && (isCancelled(error) || error === interruption.signal.reason)) {
    process.exitCode = ExitCode.interrupted;
  } else {
    output.error(error instanceof RetuneError ? error : internal(error));
    process.exitCode = isUsage(error) ? ExitCode.usage : ExitCode.failed;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
