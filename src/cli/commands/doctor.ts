import { type Command, Option } from 'commander';
import type { DoctorReport } from '../../policy/doctor.ts';
import type { ProviderChoice } from '../../policy/provider.ts';
import { counted } from '../../shared/counted.ts';
import { knownActions } from '../../shared/errors/actions.ts';
import { typedAction } from '../actions.ts';
import { ExitCode } from '../exit-codes.ts';
import { bytes, count } from '../format.ts';
import type { Output, OutputOptions } from '../output.ts';
import { modelPath } from '../policy-settings.ts';
import type { RunCommand } from '../run-command.ts';
import { jsonOption, providerOption } from '../shared-options.ts';
import { withSidecar } from '../with-sidecar.ts';

interface Options extends OutputOptions {
  readonly model?: string;
  readonly provider?: ProviderChoice;
}

export function addDoctor(parent: Command, run: RunCommand): void {
  parent
    .command('doctor')
    .description(
      'check the runtime, the providers, the memory and, with --model, a model; exits with 1 if something is wrong',
    )
    .addOption(new Option('--model <path>', 'checkpoint directory or GGUF file to check as well'))
    .addOption(providerOption())
    .addOption(jsonOption())
    .action((options: Options) => run(options, (output, signal) => doctor(options, output, signal)));
}

async function doctor({ model, provider }: Options, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const directory = model === undefined ? undefined : modelPath(model);
  const report = await withSidecar(output, (client) =>
    client.doctor({ ...(provider && { provider }), ...(directory && { directory }) }, signal),
  );
  if (output.json) output.value(report);
  else print(report, output);
  return report.problems.length === 0 ? ExitCode.done : ExitCode.failed;
}

function print(report: DoctorReport, output: Output): void {
  output.heading(`Retune ${report.version}`);
  output.table(machineRows(report));
  output.heading('Providers');
  if (report.providers.length > 0) {
    output.table(report.providers.map((p) => [p.provider, `${p.available ? 'usable' : 'not usable'}: ${p.reason}`]));
  }
  if (report.chosen) output.table([['chosen', `${report.chosen.provider}: ${report.chosen.reason}`]]);
  if (report.model) {
    output.heading('Model');
    output.table(modelRows(report.model));
  }
  output.heading(report.problems.length === 0 ? 'No problems found' : 'Problems');
  for (const { what, why, remedy, actions } of report.problems) {
    output.text(`- ${what} ${why}\n  ${remedy}\n`);
    // The report comes from the model process, which may be of another release.
    for (const line of knownActions(actions).map(typedAction)) if (line !== undefined) output.text(`    ${line}\n`);
  }
}

type Row = readonly [string, string];

function machineRows({ node, platform, cpu, memory, onnxruntime, cache }: DoctorReport): readonly Row[] {
  const free = cache.free === undefined ? '' : `, ${bytes(cache.free)} free`;
  return [
    ['node', `${node} on ${platform}`],
    ['cpu', `${cpu.model}, ${counted(cpu.physicalCores, 'core')}, ${counted(cpu.threads, 'thread')} used`],
    ['memory', `${bytes(memory.available)} of ${bytes(memory.total)} available`],
    ['onnxruntime', onnxruntime ?? 'cannot be loaded'],
    ['cache', `${cache.directory} (${bytes(cache.size)}${free})`],
  ];
}

function modelRows(model: NonNullable<DoctorReport['model']>): readonly Row[] {
  return [
    ['architecture', `${model.architecture}, ${count(model.parameters)} parameters, ${counted(model.layers, 'layer')}`],
    ...Object.entries(model.memory).map(
      ([dtype, { weights, decode, update }]): Row => [
        dtype,
        `${bytes(weights + decode)} to generate, ${bytes(update)} more to adapt`,
      ],
    ),
    ...Object.entries(model.unsuitable ?? {}).map(([dtype, why]): Row => [dtype, `not possible: ${why}`]),
  ];
}
