import type { RollbackReason, UpdateReport } from '../../policy/update.ts';
import type { Proposal } from './problem.ts';
import type { SessionState } from './session-state.ts';
import type { Evaluation } from './trainer.ts';
import type { LineSearch, Trial } from './trust-region.ts';
import { mean, norm, sum } from './vector.ts';

type Shape = Pick<UpdateReport, 'solver' | 'promptTokens' | 'responseTokens'>;
type FinishedReport = Shape & Pick<UpdateReport, 'milliseconds'>;

/** No model ran at all: the session's weight updates are off. */
export function disabledReport(shape: Shape): UpdateReport {
  return { ...nothing, ...shape, reason: 'disabled' };
}

/** Given up before the line search; "after" is "before", because nothing changed. */
export function rolledBackReport(
  finished: FinishedReport,
  before: Evaluation,
  reason: RollbackReason,
  session: SessionState | undefined,
): UpdateReport {
  return { ...nothing, ...unchanged(before, session), ...finished, reason };
}

/** What the line search found. When it refused all candidates, the fields say what holds now: the state before. */
export function updateReport(
  finished: FinishedReport,
  before: Evaluation,
  proposal: Proposal,
  search: LineSearch,
  session: SessionState | undefined,
): UpdateReport {
  const last: Trial = search.trials.at(-1)!;
  const { cgIterations, cgResidual, lambda } = proposal;
  const common = { ...nothing, ...unchanged(before, session), ...finished, cgIterations, cgResidual, lambda };
  const halvings = Math.round(-Math.log2(last.alpha));
  if (search.adapter === undefined) return { ...common, halvings, reason: last.failed };
  return {
    ...common,
    accepted: true,
    reason: null,
    alpha: last.alpha,
    halvings,
    deltaNorm: last.alpha * norm(proposal.delta),
    relativeWeightChange: last.weightChange!,
    logProbAfter: sum(last.evaluation!.logProb),
    entropyAfter: mean(last.evaluation!.entropy),
    klResponse: last.klResponse!,
    klAnchors: last.klAnchors!,
  };
}

function unchanged(before: Evaluation, session: SessionState | undefined): Partial<UpdateReport> {
  const logProb = finiteOrZero(sum(before.logProb));
  const entropy = finiteOrZero(mean(before.entropy));
  return {
    logProbBefore: logProb,
    logProbAfter: logProb,
    entropyBefore: entropy,
    entropyAfter: entropy,
    klAnchors: session?.klAnchors ?? 0,
  };
}

/** JSON has no NaN or infinity: `reason` says `not-finite`, the number is left at 0. */
function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

const nothing: UpdateReport = {
  accepted: false,
  reason: null,
  solver: 'one-step',
  alpha: 0,
  halvings: 0,
  deltaNorm: 0,
  relativeWeightChange: 0,
  logProbBefore: 0,
  logProbAfter: 0,
  klResponse: 0,
  klAnchors: 0,
  entropyBefore: 0,
  entropyAfter: 0,
  cgIterations: 0,
  cgResidual: 0,
  lambda: 0,
  promptTokens: 0,
  responseTokens: 0,
  milliseconds: 0,
};
