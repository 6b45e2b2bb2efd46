import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { modelDigest } from '../../../benchmarks/model-digest.ts';
import { type ReplayOptions, replay } from '../../../benchmarks/replay.ts';
import { htmlReport } from '../../../benchmarks/report/html.ts';
import { markdownReport } from '../../../benchmarks/report/markdown.ts';
import type { ModelInfo } from '../../../policy/model-info.ts';
import { isCancelled } from '../../../shared/errors/cancelled.ts';
import { ExitCode } from '../../exit-codes.ts';
import { modelDirectory } from '../../model-directory.ts';
import type { Output } from '../../output.ts';
import { openModelOptions } from '../../with-sidecar.ts';
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
  const { directory: model, embedded } = modelDirectory(options.model);
  // Copies that share few cores are slowed down by each other's threads.
  const threads = options.jobs > 1 && options.threads === undefined ? { threads: 1 } : {};
  const opening = openModelOptions({ ...options, ...threads, model });
  const digest = (await modelDigest(opening.directory, signal)) ?? `unknown, ${basename(model)}`;
  await using out = await outDirectory(options.out);
  const directory = out.path;
  const benchmark = benchmarks[name](options);
  const progress = new ProgressPrinter(output);
  try {
    const metrics = await withPolicies(
      output,
      opening,
      options.jobs,
      (policies) => {
        const { info } = policies[0]!;
        const described = describeModel(info, digest, embedded ? 'the embedded model' : basename(resolve(model)));
        return replay(
          benchmark,
          benchmarkOptions(options, described, directory),
          { policies, onProgress: (now) => progress.show(now) },
          signal,
        );
      },
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
      output.note(`Stopped. What had ended is kept in ${directory}; the same command goes on.`);
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

/** No path: results are published. */
function describeModel(info: ModelInfo, digest: string, name: string): ReplayOptions['model'] {
  const dtype = info.block === undefined ? info.dtype : `${info.dtype} in blocks of ${info.block}`;
  return { digest, name, parameters: info.parameters, dtype, provider: info.provider };
}
