import type { ArmName } from '../../src/benchmarks/arms.ts';
import {
  type FirstTurn,
  Results,
  type RunHeader,
  type TaskRunResult,
  type TurnResult,
} from '../../src/benchmarks/results.ts';

export const runHeader: RunHeader = {
  kind: 'run',
  format: 1,
  benchmark: 'scripted',
  benchmarkVersion: '1',
  split: 'heldout',
  tasks: 2,
  tasksDigest: 'd',
  variant: { evidence: 'L0' },
  promptVersion: 1,
  model: { digest: 'm', name: 'scripted', parameters: 5e6, dtype: 'int8', provider: 'cpu' },
  settings: { maxTurns: 5, switchTurn: 3, temperature: 0.7, topP: 0.95, update: {} },
};

function turn(number: number, reward: 1 | -1 | null, more: Partial<TurnResult> = {}): TurnResult {
  return {
    turn: number,
    reward,
    reason: reward === 1 ? 'passed' : reward === -1 ? 'tests-failed' : 'unparsable',
    temperature: 0.7,
    finish: 'stop-token',
    text: '',
    responseTokens: 10,
    ms: { model: 1000, tests: 100, words: 0, update: 0 },
    ...more,
  };
}

export function firstTurn(task: string, seed: number, reward: 1 | -1 | null, more: Partial<FirstTurn> = {}): FirstTurn {
  return {
    kind: 'first',
    task,
    seed,
    group: 'g',
    turn: turn(1, reward),
    promptTokens: [1],
    responseTokens: [2],
    ...more,
  };
}

/** A task run whose attempts fail until the last one of `turns`. */
export function taskRunOf(
  arm: ArmName,
  task: string,
  seed: number,
  turns: number,
  solved: boolean,
  each: (turn: number) => Partial<TurnResult> = () => ({}),
): TaskRunResult {
  const all = Array.from({ length: turns }, (_, i) => turn(i + 1, solved && i + 1 === turns ? 1 : -1, each(i + 1)));
  return { kind: 'session', arm, task, seed, turns: all, outcome: solved ? 'solved' : 'turn-limit', milliseconds: 1 };
}

export function resultsOf(...lines: readonly Parameters<Results['add']>[0][]): Results {
  const results = new Results();
  for (const line of lines) results.add(line);
  return results;
}
