import { type ArmName, arms as allArms } from './arms.ts';
import { clusterBootstrap, wilson } from './intervals.ts';
import type { ArmMetrics, Difference, RunMetrics, UpdateMetrics, WordsMetrics } from './metrics-types.ts';
import { placeKey, type Results, type RunHeader, type SessionResult, type TurnResult } from './results.ts';

/** One finished session of an arm, also where the first turn that all arms share solved the task. */
type Finished = Pick<SessionResult, 'task' | 'seed' | 'turns' | 'outcome'>;

export function metricsOf(
  header: RunHeader,
  results: Results,
  names: readonly ArmName[],
  seeds: readonly number[],
): RunMetrics {
  const { kind: _, ...run } = header;
  const { maxTurns } = header.settings;
  const finished = new Map(names.map((name) => [name, finishedSessions(results, name, seeds)]));
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

function finishedSessions({ firsts, sessions }: Results, arm: ArmName, seeds: readonly number[]): readonly Finished[] {
  return [...firsts.entries()].flatMap(([key, first]): Finished[] => {
    const { task, seed, turn } = first;
    if (!seeds.includes(seed)) return [];
    if (turn.reward === 1) return [{ task, seed, turns: [turn], outcome: 'solved' }];
    const session = sessions.get(`${arm} ${key}`);
    return session === undefined ? [] : [session];
  });
}

function armMetrics(what: string, sessions: readonly Finished[], failed: number, maxTurns: number): ArmMetrics {
  const count = sessions.length;
  const share = (test: (session: Finished) => boolean): number =>
    count === 0 ? 0 : sessions.filter(test).length / count;
  const solved = sessions.filter(isSolved).length;
  const bySession = wilson(solved, count);
  const byTask = clusterBootstrap(clusters(sessions, (session) => Number(isSolved(session))));
  const turns = clusterBootstrap(clusters(sessions, (session) => turnsOf(session, maxTurns)));
  const solvedBy = Array.from({ length: maxTurns }, (_, i) => share((s) => isSolved(s) && s.turns.length <= i + 1));
  const turn1 = solvedBy[0] ?? 0;
  const total = share(isSolved);
  return {
    what,
    sessions: count,
    tasks: new Set(sessions.map(({ task }) => task)).size,
    failed,
    turn1,
    solved: total,
    solvedLow: bySession.low,
    solvedHigh: bySession.high,
    solvedTaskLow: byTask.low,
    solvedTaskHigh: byTask.high,
    avgTurns: turns.mean,
    avgTurnsLow: turns.low,
    avgTurnsHigh: turns.high,
    solvedBy,
    corrected: turn1 < 1 && count > 0 ? (total - turn1) / (1 - turn1) : null,
    correctionGain: total - turn1,
    endedEarly: sessions.filter((session) => !isSolved(session) && session.turns.length < maxTurns).length,
    updates: updateMetrics(sessions, maxTurns),
    words: wordsMetrics(sessions),
    secondsPerTurn: secondsPerTurn(sessions),
  };
}

function isSolved({ outcome }: Finished): boolean {
  return outcome === 'solved';
}

function turnsOf(session: Finished, maxTurns: number): number {
  return isSolved(session) ? session.turns.length : maxTurns;
}

/** Values of sessions by task, in an order that does not depend on which session ended first. */
function clusters(sessions: readonly Finished[], value: (session: Finished) => number): readonly (readonly number[])[] {
  const byTask = new Map<string, number[]>();
  const ordered = [...sessions].sort((a, b) => (placeKey(a) < placeKey(b) ? -1 : 1));
  for (const session of ordered) {
    const values = byTask.get(session.task) ?? [];
    values.push(value(session));
    byTask.set(session.task, values);
  }
  return [...byTask.values()];
}

function updateMetrics(sessions: readonly Finished[], maxTurns: number): UpdateMetrics | null {
  const turns = sessions.flatMap(({ turns }) => turns).filter(({ weights }) => weights !== undefined);
  if (turns.length === 0) return null;
  // After two roll-backs in a row nothing is computed any more.
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

function wordsMetrics(sessions: readonly Finished[]): WordsMetrics | null {
  const words = sessions.flatMap(({ turns }) => turns.flatMap(({ words }) => words ?? []));
  if (words.length === 0) return null;
  return {
    instructions: words.length,
    fallback: words.filter(({ source }) => source === 'fallback').length,
    leaks: words.filter(({ leak }) => leak !== undefined).length,
  };
}

function secondsPerTurn(sessions: readonly Finished[]): ArmMetrics['secondsPerTurn'] {
  const turns = sessions.flatMap(({ turns }) => turns);
  const seconds = (on: keyof TurnResult['ms']): number => (mean(turns.map(({ ms }) => ms[on])) ?? 0) / 1000;
  return { model: seconds('model'), tests: seconds('tests'), words: seconds('words'), update: seconds('update') };
}

function difference(
  method: ArmName,
  against: ArmName,
  finished: ReadonlyMap<ArmName, readonly Finished[]>,
  maxTurns: number,
): Difference {
  const others = new Map(finished.get(against)!.map((session) => [placeKey(session), session]));
  const pairs = finished.get(method)!.filter((session) => others.has(placeKey(session)));
  const paired = (value: (session: Finished) => number) =>
    clusterBootstrap(clusters(pairs, (session) => value(session) - value(others.get(placeKey(session))!)));
  const solved = paired((session) => Number(isSolved(session)));
  const turns = paired((session) => turnsOf(session, maxTurns));
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
