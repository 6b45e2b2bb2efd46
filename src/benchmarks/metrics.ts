import { type ArmName, arms as allArms } from './arms.ts';
import { clusterBootstrap, wilson } from './intervals.ts';
import type { ArmMetrics, Difference, RunMetrics, UpdateMetrics, WordsMetrics } from './metrics-types.ts';
import { placeKey, type Results, type RunHeader, type TaskRunResult, type TurnResult } from './results.ts';

/** One finished task run of an arm, including those where the first turn, which all arms share, solved the task. */
type FinishedRun = Pick<TaskRunResult, 'task' | 'seed' | 'turns' | 'outcome'>;

export function metricsOf(
  header: RunHeader,
  results: Results,
  names: readonly ArmName[],
  seeds: readonly number[],
): RunMetrics {
  const { kind: _, ...run } = header;
  const { maxTurns } = header.settings;
  const finished = new Map(names.map((name) => [name, finishedRuns(results, name, seeds)]));
  const failures = [...results.failures.values()];
  const methods = Object.fromEntries(
    names.map((name) => {
      const failed = failures.filter(({ arm, seed }) => arm === name && seeds.includes(seed)).length;
      return [name, armMetrics(allArms[name].what, finished.get(name)!, failed, maxTurns)];
    }),
  );
  return {
    run,
    seeds,
    firstTurns: {
      done: [...results.firsts.values()].filter(({ seed }) => seeds.includes(seed)).length,
      failed: failures.filter(({ arm, seed }) => arm === undefined && seeds.includes(seed)).length,
      planned: header.tasks * seeds.length,
    },
    methods,
    differences: names.includes('rosa2')
      ? names.filter((name) => name !== 'rosa2').map((name) => difference('rosa2', name, finished, maxTurns))
      : [],
  };
}

function finishedRuns({ firsts, taskRuns }: Results, arm: ArmName, seeds: readonly number[]): readonly FinishedRun[] {
  return [...firsts.entries()].flatMap(([key, first]): FinishedRun[] => {
    const { task, seed, turn } = first;
    if (!seeds.includes(seed)) return [];
    if (turn.reward === 1) return [{ task, seed, turns: [turn], outcome: 'solved' }];
    const run = taskRuns.get(`${arm} ${key}`);
    return run === undefined ? [] : [run];
  });
}

function armMetrics(what: string, runs: readonly FinishedRun[], failed: number, maxTurns: number): ArmMetrics {
  const count = runs.length;
  const share = (test: (run: FinishedRun) => boolean): number => (count === 0 ? 0 : runs.filter(test).length / count);
  const solved = runs.filter(isSolved).length;
  const byRun = wilson(solved, count);
  const byTask = clusterBootstrap(clusters(runs, (run) => Number(isSolved(run))));
  const turns = clusterBootstrap(clusters(runs, (run) => turnsOf(run, maxTurns)));
  const solvedBy = Array.from({ length: maxTurns }, (_, i) => share((s) => isSolved(s) && s.turns.length <= i + 1));
  const turn1 = solvedBy[0] ?? 0;
  const total = share(isSolved);
  return {
    what,
    sessions: count,
    tasks: new Set(runs.map(({ task }) => task)).size,
    failed,
    turn1,
    solved: total,
    solvedLow: byRun.low,
    solvedHigh: byRun.high,
    solvedTaskLow: byTask.low,
    solvedTaskHigh: byTask.high,
    avgTurns: turns.mean,
    avgTurnsLow: turns.low,
    avgTurnsHigh: turns.high,
    solvedBy,
    corrected: turn1 < 1 && count > 0 ? (total - turn1) / (1 - turn1) : null,
    correctionGain: total - turn1,
    endedEarly: runs.filter((run) => !isSolved(run) && run.turns.length < maxTurns).length,
    updates: updateMetrics(runs, maxTurns),
    words: wordsMetrics(runs),
    secondsPerTurn: secondsPerTurn(runs),
  };
}

function isSolved({ outcome }: FinishedRun): boolean {
  return outcome === 'solved';
}

function turnsOf(run: FinishedRun, maxTurns: number): number {
  return isSolved(run) ? run.turns.length : maxTurns;
}

/** Values of runs by task, in an order that does not depend on which run ended first. */
function clusters(runs: readonly FinishedRun[], value: (run: FinishedRun) => number): readonly (readonly number[])[] {
  const byTask = new Map<string, number[]>();
  const ordered = [...runs].sort((a, b) => (placeKey(a) < placeKey(b) ? -1 : 1));
  for (const run of ordered) {
    const values = byTask.get(run.task) ?? [];
    values.push(value(run));
    byTask.set(run.task, values);
  }
  return [...byTask.values()];
}

function updateMetrics(runs: readonly FinishedRun[], maxTurns: number): UpdateMetrics | null {
  const turns = runs.flatMap(({ turns }) => turns).filter(({ weights }) => weights !== undefined);
  if (turns.length === 0) return null;
  // After two rollbacks in a row, updates are no longer computed.
  const isSkipped = ({ weights }: TurnResult): boolean => weights!.kind === 'skipped' || weights!.why === 'disabled';
  const computed = turns.filter((turn) => !isSkipped(turn));
  const accepted = computed.filter(({ weights }) => weights!.kind === 'updated');
  const average = (
    of: readonly TurnResult[],
    value: (weights: NonNullable<TurnResult['weights']>) => number | undefined,
  ) => mean(of.flatMap(({ weights }) => value(weights!) ?? []));
  const at = (turn: number): readonly TurnResult[] => accepted.filter((result) => result.turn === turn);
  const byTurn = Array.from({ length: maxTurns - 1 }, (_, i) => at(i + 1));
  return {
    computed: computed.length,
    rolledBack: computed.length - accepted.length,
    rollbackShare: computed.length === 0 ? 0 : (computed.length - accepted.length) / computed.length,
    skipped: turns.length - computed.length,
    deltaNorm: average(accepted, ({ deltaNorm }) => deltaNorm),
    klResponse: average(accepted, ({ klResponse }) => klResponse),
    klAnchors: average(accepted, ({ klAnchors }) => klAnchors),
    entropyBefore: average(accepted, ({ entropyBefore }) => entropyBefore),
    entropyAfter: average(accepted, ({ entropyAfter }) => entropyAfter),
    logProbChange: average(accepted, ({ logProbBefore: before, logProbAfter: after }) =>
      before === undefined || after === undefined ? undefined : after - before,
    ),
    deltaNormBy: byTurn.map((turns) => average(turns, ({ deltaNorm }) => deltaNorm)),
    klResponseBy: byTurn.map((turns) => average(turns, ({ klResponse }) => klResponse)),
    updatesBy: byTurn.map((turns) => turns.length),
  };
}

function wordsMetrics(runs: readonly FinishedRun[]): WordsMetrics | null {
  const words = runs.flatMap(({ turns }) => turns.flatMap(({ words }) => words ?? []));
  if (words.length === 0) return null;
  return {
    instructions: words.length,
    fallback: words.filter(({ source }) => source === 'fallback').length,
    leaks: words.filter(({ leak }) => leak !== undefined).length,
  };
}

function secondsPerTurn(runs: readonly FinishedRun[]): ArmMetrics['secondsPerTurn'] {
  const turns = runs.flatMap(({ turns }) => turns);
  const seconds = (on: keyof TurnResult['ms']): number => (mean(turns.map(({ ms }) => ms[on])) ?? 0) / 1000;
  return { model: seconds('model'), tests: seconds('tests'), words: seconds('words'), update: seconds('update') };
}

function difference(
  method: ArmName,
  against: ArmName,
  finished: ReadonlyMap<ArmName, readonly FinishedRun[]>,
  maxTurns: number,
): Difference {
  const others = new Map(finished.get(against)!.map((run) => [placeKey(run), run]));
  const pairs = finished.get(method)!.filter((run) => others.has(placeKey(run)));
  const paired = (value: (run: FinishedRun) => number) =>
    clusterBootstrap(clusters(pairs, (run) => value(run) - value(others.get(placeKey(run))!)));
  const solved = paired((run) => Number(isSolved(run)));
  const turns = paired((run) => turnsOf(run, maxTurns));
  return {
    method,
    against,
    pairs: pairs.length,
    solved: solved.mean,
    solvedLow: solved.low,
    solvedHigh: solved.high,
    avgTurns: turns.mean,
    avgTurnsLow: turns.low,
    avgTurnsHigh: turns.high,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
