import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { smallFixBenchmark } from '../../src/benchmarks/smallfix/benchmark.ts';
import { embeddedModel } from '../../src/cli/named-model.ts';
import { openModel } from '../../src/engine/runtime/open-model.ts';
import { forgetting } from './forgetting.ts';
import { guarded, unguarded } from './learners.ts';

/**
 * `node training/forgetting/main.ts [--model DIR] [--family ID] [--fixes 50] [--others 200] [--split train] [--json]`
 * What a model forgets of other families of tasks when it learns accepted answers to one, with the guards of consolidation and
 * without them. Exit code 1 when it loses more than a point with them, or when it loses nothing without them.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    family: { type: 'string' },
    fixes: { type: 'string', default: '50' },
    others: { type: 'string', default: '200' },
    limit: { type: 'string', default: '2000' },
    split: { type: 'string', default: 'train' },
    dtype: { type: 'string', default: 'fp32' },
    threads: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`Whether learning accepted fixes of one family of tasks spoils the others, with the guards of consolidation and without.

  --model DIR        checkpoint (default: the embedded model)
  --family ID        what is learnt (default: the one with most tasks)
  --fixes N          number of accepted answers to learn (default: 50)
  --others N         number of tasks of other families, asked before and after (default: 200)
  --limit N          maximum number of tasks to choose from (default: 2000)
  --split NAME       train or heldout (default: train)
  --dtype NAME       fp32 or int8 (default: fp32)
  --threads N        number of threads (default: 1)
  --json             print one JSON value
`);
  process.exit();
}
const directory = values.model ?? embeddedModel();
if (directory === undefined) throw new Error('This build has no embedded model; name one with --model.');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const scratch = await mkdtemp(join(tmpdir(), 'retune-forgetting-'));
const benchmark = smallFixBenchmark();
const cacheDirectory = join(scratch, 'cache');
const dtype = values.dtype === 'int8' ? 'int8' : 'fp32';
const model = await openModel(
  { directory, dtype, provider: 'cpu', threads: Number(values.threads), cacheDirectory },
  { adaptersDirectory: join(scratch, 'adapters') },
  stop.signal,
);
let noted = 0;
try {
  const result = await forgetting(
    benchmark,
    model,
    [guarded(model), await unguarded(model, cacheDirectory, scratch)],
    {
      ...(values.family !== undefined && { family: values.family }),
      fixes: Number(values.fixes),
      others: Number(values.others),
      limit: Number(values.limit),
      split: values.split === 'heldout' ? 'heldout' : 'train',
    },
    (text) => {
      if (performance.now() - noted < 10_000) return;
      noted = performance.now();
      process.stderr.write(`${text}\n`);
    },
    stop.signal,
  );
  const [withGuards, without] = result.after;
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else print(result);
  const holds = withGuards!.change >= -0.01 && without!.changeHigh < 0;
  process.exitCode = holds ? 0 : 1;
} finally {
  await model.dispose();
  await benchmark.dispose();
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}

function print({ family, fixes, ownTasks, otherTasks, before, after }: Awaited<ReturnType<typeof forgetting>>): void {
  const points = (share: number): string => (100 * share).toFixed(1);
  const rows = [
    ['', 'learnt', `${family} (${ownTasks})`, `others (${otherTasks})`, 'change of others, points'],
    ['before', '', points(before.own), points(before.others), ''],
    ...after.map(({ learner, learnt, own, others, change, changeLow, changeHigh }) => [
      learner,
      `${learnt} of ${fixes}`,
      points(own),
      points(others),
      `${points(change)} (${points(changeLow)} to ${points(changeHigh)})`,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
  for (const { learner, refused } of after) {
    const reasons = Object.entries(refused).map(([why, count]) => `${why} ${count}`);
    if (reasons.length > 0) process.stdout.write(`${learner}, refused: ${reasons.join(', ')}\n`);
  }
}
