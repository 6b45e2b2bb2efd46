import type { Benchmark, BenchmarkTask } from '../benchmark.ts';
import { developerComment, type Precision } from './developer.ts';
import { SmallFixEnvironment } from './environment.ts';
import { JudgePool } from './judge/pool.ts';
import type { SmallFixTask } from './task.ts';
import { tasks } from './tasks.ts';
import { testFile } from './test-file.ts';
import type { EvidenceLevel } from './verdict.ts';

export interface SmallFixOptions {
  /** What the model is told about a failure. Default L0: that the attempt was rejected. */
  readonly evidence?: EvidenceLevel;
  /** How the developer comments. Default `mixed`. */
  readonly comments?: Precision | 'mixed';
}

interface Task extends BenchmarkTask {
  readonly smallfix: SmallFixTask;
}

/** No solution comes near this; it limits the cost of a model that does not stop. */
const maxAnswerTokens = 320;

/** Small JavaScript functions, the embedded model's kind of task, as a benchmark. */
export function smallFixBenchmark({ evidence = 'L0', comments = 'mixed' }: SmallFixOptions = {}): Benchmark<Task> {
  const pool = new JudgePool();
  return {
    name: 'smallfix',
    version: '1',
    maxAnswerTokens,
    tasks: ({ split, limit }) =>
      tasks(split, { ...(limit !== undefined && { limit }) }).map((smallfix) => ({
        id: smallfix.id,
        group: smallfix.family,
        hidden: [testFile(smallfix.path, smallfix.symbol, smallfix.tests), smallfix.reading.source],
        smallfix,
      })),
    environment: ({ smallfix }) => new SmallFixEnvironment(smallfix, { evidence, pool }),
    comment: ({ smallfix }, _turn, _verdict, random) => developerComment(smallfix, random, comments),
    dispose: () => pool.close(),
  };
}
