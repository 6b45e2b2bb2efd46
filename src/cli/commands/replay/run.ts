import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { modelDigest } from '../../../benchmarks/model-digest.ts';
import { type ReplayOptions, replay } from '../../../benchmarks/replay.ts';
import { htmlReport } from '../../../benchmarks/report/html.ts';
import { markdownReport } from '../../../benchmarks/report/markdown.ts';
import type { OpenedPolicy } from '../../../connect/engine.ts';
import { engineOf } from '../../../connect/open-policy.ts';
import type { PolicySettings } from '../../../connect/settings.ts';
import { unaskedNotice } from '../../../models/unasked-notice.ts';
import { isCancelled } from '../../../shared/errors/cancelled.ts';
import { ExitCode } from '../../exit-codes.ts';
import { type NamedModel, namedModel } from '../../named-model.ts';
import type { Output } from '../../output.ts';
import { policySettings } from '../../policy-settings.ts';
import { type BenchmarkName, benchmarks } from './benchmarks.ts';
import type { ReplayCommandOptions } from './options.ts';
import { outDirectory } from './out-directory.ts';
import { withPolicies } from './policies.ts';
import { ProgressPrinter, printMetrics } from './printer.ts';

export async function replayBenchmark(
  name: BenchmarkName,
  options: ReplayCommandOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const named = namedModel(options);
  if (named.unasked !== undefined) output.note(unaskedNotice(named.unasked));
  // Copies that share few cores are slowed down by each other's threads.
  const threads = options.jobs > 1 && options.threads === undefined ? { threads: 1 } : {};
  const settings = policySettings({ ...options, ...threads }, named.model);
  const digest = await digestOf(settings, signal);
  await using out = await outDirectory(options.out);
  const directory = out.path;
  const benchmark = benchmarks[name](options);
  const progress = new ProgressPrinter(output);
  try {
    const metrics = await withPolicies(
      output,
      settings,
      options.jobs,
      (opened) =>
        replay(
          benchmark,
          benchmarkOptions(options, describeModel(opened[0]!, digest, named), directory),
          {
            policies: opened.map(({ policy }) => policy),
            ...(options.batch !== undefined && options.batch > 1 && { batch: options.batch }),
            onProgress: (now) => progress.show(now),
          },
          signal,
        ),
      signal,
    );
    progress.end();
    if (options.out !== undefined) {
      await Promise.all([
        writeFile(join(directory, 'results.json'), `${JSON.stringify(metrics, undefined, 1)}\n`),
        writeFile(join(directory, 'results.md'), markdownReport(metrics)),
        writeFile(join(directory, 'report.html'), htmlReport(metrics)),
      ]);
    }
    if (output.json) output.value(metrics);
    else printMetrics(metrics, output, options.out === undefined ? undefined : join(directory, 'report.html'));
    return ExitCode.done;
  } catch (error) {
    progress.end();
    if (isCancelled(error) && options.out !== undefined) {
      output.note(`Stopped. Finished task runs are kept in ${directory}; the same command resumes the run.`);
    }
    throw error;
  } finally {
    await benchmark.dispose();
  }
}

function benchmarkOptions(
  options: ReplayCommandOptions,
  model: ReplayOptions['model'],
  directory: string,
): ReplayOptions {
  const { methods, seeds, turns, limit, split, temperature, evidence, comments } = options;
  const { solver, beta, klCap, weightCap, centering, paper } = options;
  return {
    arms: methods,
    seeds,
    maxTurns: turns,
    tasks: { split, ...(limit !== undefined && { limit }) },
    update: {
      ...(solver !== undefined && { solver }),
      ...(beta !== undefined && { beta }),
      ...(klCap !== undefined && { klCap }),
      ...(weightCap !== undefined && { weightCap }),
      ...(centering !== undefined && { centering: centering === 'on' }),
      ...(paper !== undefined && { paper }),
    },
    ...(temperature !== undefined && { temperature }),
    variant: { evidence, comments },
    model,
    directory,
  };
}

/** What identifies a model across runs; undefined for a served one, which cannot be identified. */
async function digestOf(settings: PolicySettings, signal: AbortSignal): Promise<string | undefined> {
  if (engineOf(settings).models === 'served models') return undefined;
  return (await modelDigest(settings.model, signal)) ?? `unknown, ${basename(settings.model)}`;
}

/** No path and no address: results are published. */
function describeModel(
  { checkpoint, served, policy }: OpenedPolicy,
  digest: string | undefined,
  { model, isEmbedded, unasked }: NamedModel,
): ReplayOptions['model'] {
  if (checkpoint === undefined) {
    const name = served?.model ?? model;
    const { parameters } = policy.info;
    return {
      digest: `served, ${name}`,
      name,
      dtype: 'unknown',
      provider: 'a server',
      ...(parameters !== undefined && { parameters }),
    };
  }
  const { block, dtype, parameters, provider } = checkpoint;
  return {
    digest: digest!,
    name: isEmbedded ? 'the embedded model' : (unasked?.name ?? basename(resolve(model))),
    parameters,
    dtype: block === undefined ? dtype : `${dtype} in blocks of ${block}`,
    provider,
  };
}
