import type { Command } from 'commander';
import type { OpenedPolicy } from '../../../connect/engine.ts';
import type { ModelInfo } from '../../../policy/model-info.ts';
import type { PolicyInfo } from '../../../policy/policy.ts';
import { counted } from '../../../shared/counted.ts';
import { ExitCode } from '../../exit-codes.ts';
import { bytes, count } from '../../format.ts';
import type { Output } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { addOpeningOptions, jsonOption, modelOption } from '../../shared-options.ts';
import { type ModelOptions, withPolicy } from '../../with-policy.ts';

export function addModelInfo(parent: Command, run: RunCommand): void {
  const command = parent
    .command('info')
    .description('open a model and describe it: shape, provider, memory')
    .addOption(modelOption())
    .addOption(jsonOption());
  addOpeningOptions(command).action((options: ModelOptions) =>
    run(options, (output, signal) => info(options, output, signal)),
  );
}

async function info(options: ModelOptions, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const { policy, checkpoint, served } = await withPolicy(output, options, async (opened) => opened, signal);
  if (output.json) output.value({ ...policy.info, ...(served && { served }) });
  else if (checkpoint !== undefined) printCheckpoint(checkpoint, output);
  else printServed(policy.info, served, output);
  return ExitCode.done;
}

function printCheckpoint(model: ModelInfo, output: Output): void {
  const { memory } = model;
  output.table([
    ['model', model.directory],
    ['architecture', `${model.architecture}, ${count(model.parameters)} parameters`],
    [
      'shape',
      `${model.layers} layers × ${model.hiddenSize}, ${model.heads}/${model.kvHeads} heads × ${model.headSize}`,
    ],
    ['vocabulary', `${model.vocabSize}${model.tiedEmbeddings ? ', tied' : ''}`],
    ['context', `${model.contextLength} tokens`],
    ['dtype', model.block === undefined ? model.dtype : `${model.dtype}, block ${model.block}`],
    ['provider', `${model.provider}, ${counted(model.threads, 'thread')}: ${model.providerReason}`],
    ['chat template', model.hasChatTemplate ? 'yes' : 'no'],
    [
      'memory',
      `${bytes(memory.weights)} weights, ${bytes(memory.decode)} decoding, ${bytes(memory.update)} updating; ` +
        `${bytes(memory.available)} available`,
    ],
    ['loaded in', `${Math.round(model.loadMs)} ms${model.warmCache ? ' from the cache' : ''}`],
  ]);
}

function printServed({ contextLength }: PolicyInfo, served: OpenedPolicy['served'], output: Output): void {
  output.table([
    ['model', served?.model ?? 'of no name'],
    ['served by', served?.host ?? 'this machine'],
    ['context', `${contextLength} tokens`],
    ['weights', 'cannot be changed: the model only answers'],
  ]);
}
