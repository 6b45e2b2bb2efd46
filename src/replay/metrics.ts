import { type ArmName, arms as allArms } from './arms.ts';
import { clusterBootstrap, wilson } from './intervals.ts';
import { placeKey, type Results, type RunHeader, type SessionResult, type TurnResult } from './results.ts';

/** What is known of one arm. Shares are of finished sessions; all are in [0, 1]. */
export interface ArmMetrics {
  readonly what: string;
  /** Finished sessions: the denominator. */
  readonly sessions: number;
  readonly tasks: number;
  /** Sessions that failed, for example because the model's process ended; in no other number. */
  readonly failed: number;
  /** Solved by the first attempt. */
  readonly turn1: number;
  /** Solved within the limit, with Wilson's 95 % interval over sessions. */
  readonly solved: number;
  readonly solvedLow: number;
  readonly solvedHigh: number;
  /** The same with a bootstrap over tasks, which knows that seeds of one task are alike. */
  readonly solvedTaskLow: number;
  readonly solvedTaskHigh: number;
  /** Mean number of turns; an unsolved session counts as the limit. Interval: bootstrap over tasks. */
  readonly avgTurns: number;
  readonly avgTurnsLow: number;
  readonly avgTurnsHigh: number;
  /** By turn: solved by its end. */
  readonly solvedBy: readonly number[];
  /**
   * Correction uplift, first definition: the share of sessions whose first attempt failed that are solved later,
   * (solved − turn1) / (1 − turn1). Null when no first attempt failed.
   */
  readonly corrected: number | null;
  /** Correction uplift, second definition: what the later turns add to the share of solved sessions, solved − turn1. */
  readonly correctionGain: number;
  /** Sessions that ended unsolved before the limit. */
  readonly endedEarly: number;
  readonly updates: UpdateMetrics | null;
  readonly words: WordsMetrics | null;
  /** Mean seconds of a turn, by what they were spent on. */
  readonly secondsPerTurn: {
    readonly model: number;
    readonly tests: number;
    readonly words: number;
    readonly update: number;
  };
}

/** Means over updates; those of accepted ones unless said otherwise. */
export interface UpdateMetrics {
  readonly computed: number;
  readonly rolledBack: number;
  /** Of those computed. */
  readonly rollbackShare: number;
  /** Rejected attempts without an update, for example after two roll-backs in a row. */
  readonly skipped: number;
  /** ‖Δθ‖₂. */
  readonly deltaNorm: number | null;
  /** Mean per-token KL(before ‖ after) on the response that the update was computed from, nat. */
  readonly klResponse: number | null;
  /** Mean per-token KL(base ‖ after) on the anchors, nat. */
  readonly klAnchors: number | null;
  /** Mean per-token entropy on the response, nat. */
  readonly entropyBefore: number | null;
  readonly entropyAfter: number | null;
  /** log π(y) of the whole response, change, nat. */
  readonly logProbChange: number | null;
  /** Mean ‖Δθ‖₂ by turn; null where there was no update. */
  readonly deltaNormBy: readonly (number | null)[];
  /** Mean KL on the response by turn, nat: what a placebo must have in common with the real updates. */
  readonly klResponseBy: readonly (number | null)[];
  readonly updatesBy: readonly number[];
}

export interface WordsMetrics {
  readonly instructions: number;
  /** Written by the template because the model's could not be used. */
  readonly fallback: number;
  /** Instructions into which hidden text had got; the template was used. */
  readonly leaks: number;
}

/** One arm against another on the same tasks and seeds: first minus second. */
export interface Difference {
  readonly method: ArmName;
  readonly against: ArmName;
  /** Pairs of finished sessions. */
  readonly pairs: number;
  /** Of the share of solved sessions, with a 95 % interval by bootstrap over tasks. */
  readonly solved: number;
  readonly solvedLow: number;
  readonly solvedHigh: number;
  readonly avgTurns: number;
  readonly avgTurnsLow: number;
  readonly avgTurnsHigh: number;
}

export interface RunMetrics {
  readonly run: Omit<RunHeader, 'kind'>;
  readonly seeds: readonly number[];
  readonly firstTurns: { readonly done: number; readonly failed: number; readonly planned: number };
  readonly methods: Partial<Record<ArmName, ArmMetrics>>;
  readonly differences: readonly Difference[];
}

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

export function armMetrics(what: string, sessions: readonly Finished[], failed: number, maxTurns: number): ArmMetrics {
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
