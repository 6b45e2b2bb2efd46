import type { UpdateOptions, UpdateReport } from '../../policy/update.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import { isSaddle, type LoraAdapter } from './adapter.ts';
import type { AnchorSet } from './anchors.ts';
import { saddleAdapter } from './errors.ts';
import { type GaussNewtonOptions, gaussNewton } from './gauss-newton.ts';
import { oneStep } from './one-step.ts';
import { type LinearisedProblem, linearise, type Proposal, type UpdateProblem } from './problem.ts';
import { disabledReport, rolledBackReport, updateReport } from './report.ts';
import { countOutcome, type SessionState } from './session-state.ts';
import { residualInputs } from './token-target.ts';
import type { TokenPair, Trainer } from './trainer.ts';
import { defaultTrustRegion, lineSearch, type TrustRegion } from './trust-region.ts';
import { allFinite, norm } from './vector.ts';
import type { WeightNorms } from './weight-change.ts';

export interface UpdateDependencies {
  readonly trainer: Trainer;
  readonly anchors: AnchorSet;
  readonly norms: WeightNorms;
  /** Counts roll-backs in a row; absent = never disabled. */
  readonly session?: SessionState;
}

export interface UpdateInput {
  /** The exact tokens that were generated, after the exact tokens that produced them. */
  readonly pair: TokenPair;
  readonly reward: 1 | -1;
  /** All active adapters, in the order in which they were combined for generation (workspace, then session). */
  readonly adapters: readonly LoraAdapter[];
  /** The one that moves: an element of `adapters`. */
  readonly train: LoraAdapter;
  /** Per response token 0 or 1; absent = all count. */
  readonly mask?: readonly number[];
  readonly options?: UpdateOptions;
  readonly bounds?: Partial<TrustRegion>;
  readonly gaussNewton?: GaussNewtonOptions;
  readonly canary?: (candidate: EffectiveAdapter, signal: AbortSignal) => Promise<boolean>;
}

export interface UpdateResult {
  readonly report: UpdateReport;
  /** The new adapter, or the very same object as `train` when the update was rolled back. */
  readonly adapter: LoraAdapter;
}

/**
 * One parametric step from (context, response, reward), adaptation §2–§4. Changes nothing by itself: the caller replaces
 * its adapter by the returned one. Cancellation is checked between model runs; it throws `cancelled` and leaves everything as it was.
 * @throws RetuneError `adaptation.saddle` when A = B = 0; RangeError when β, mask or adapters make no sense.
 */
export async function update(
  dependencies: UpdateDependencies,
  input: UpdateInput,
  signal: AbortSignal,
): Promise<UpdateResult> {
  const started = performance.now();
  const { session, trainer } = dependencies;
  const { train } = input;
  const { solver, beta, centering, klCap, weightCap } = resolveOptions(input);
  if (isSaddle(train)) throw saddleAdapter(train.name);
  const shape = { solver, promptTokens: input.pair.prompt.length, responseTokens: input.pair.response.length };
  if (session?.disabled) return { report: disabledReport(shape), adapter: train };
  throwIfCancelled(signal, 'The weight update');

  const which = input.adapters.indexOf(train);
  if (which < 0) throw new RangeError(`Adapter ${train.name} is not among the active adapters`);
  const problem: UpdateProblem = {
    trainer,
    pair: input.pair,
    reward: input.reward,
    b: residualInputs(input.reward, beta, maskOf(input)),
    adapters: input.adapters,
    which,
  };
  const at = await linearise(problem, centering);
  const done = (result: UpdateResult): UpdateResult => {
    if (session) countOutcome(session, result.report);
    return result;
  };
  const finish = () => ({ ...shape, milliseconds: performance.now() - started });
  const rolledBack = (reason: 'not-finite' | 'zero-gradient') =>
    done({ report: rolledBackReport(finish(), at.before, reason, session), adapter: train });

  if (!allFinite(at.gradient) || !allFinite(at.before.logProb)) return rolledBack('not-finite');
  if (norm(at.gradient) === 0) return rolledBack('zero-gradient');
  const proposal = await propose(problem, at, input, solver, klCap, signal);
  if (typeof proposal === 'string') return rolledBack(proposal);
  if (!allFinite(proposal.delta)) return rolledBack('not-finite');

  const bounds = { ...defaultTrustRegion, weightChange: weightCap, ...input.bounds, klResponse: klCap };
  const inputs = { bounds, norms: dependencies.norms, anchors: dependencies.anchors };
  const search = await lineSearch(
    problem,
    at,
    proposal.delta,
    { ...inputs, ...(input.canary !== undefined && { canary: input.canary }) },
    signal,
  );
  freeNow(at.before.distribution);
  return done({
    report: updateReport(finish(), at.before, proposal, search, session),
    adapter: search.adapter === undefined ? train : { ...search.adapter, updates: train.updates + 1 },
  });
}

function propose(
  problem: UpdateProblem,
  at: LinearisedProblem,
  input: UpdateInput,
  solver: UpdateReport['solver'],
  klCap: number,
  signal: AbortSignal,
): Promise<Proposal | 'not-finite' | 'zero-gradient'> {
  return solver === 'one-step'
    ? oneStep(problem, at, klCap, signal)
    : gaussNewton(problem, at, input.gaussNewton ?? {}, signal);
}

/** [R, V] is by far the largest array of an update, and the garbage collector does not see the size of memory outside its heap. */
function freeNow(distribution: Float32Array | undefined): void {
  if (distribution?.buffer instanceof ArrayBuffer) distribution.buffer.transfer(0);
}

/** The cap for one response of a session, and the smaller one for the adapter that stays. */
const klCaps = { session: defaultTrustRegion.klResponse, workspace: 0.005 };

type ResolvedOptions = Required<Pick<UpdateOptions, 'solver' | 'beta' | 'centering' | 'klCap' | 'weightCap'>>;

function resolveOptions(input: UpdateInput): ResolvedOptions {
  const { solver = 'one-step', beta = 1, centering = true, klCap, paper = false } = input.options ?? {};
  const { weightCap = defaultTrustRegion.weightChange } = input.options ?? {};
  if (!(weightCap > 0)) throw new RangeError(`weightCap must be a positive number, not ${weightCap}`);
  if (!(beta > 0)) throw new RangeError(`beta must be a positive number, not ${beta}`);
  const cap = klCap ?? klCaps[input.train.kind];
  if (!(cap > 0)) throw new RangeError(`klCap must be a positive number of nat, not ${cap}`);
  return paper
    ? { solver: 'gauss-newton', beta: 1, centering: false, klCap: cap, weightCap }
    : { solver, beta, centering, klCap: cap, weightCap };
}

function maskOf({ pair, mask }: UpdateInput): readonly number[] | number {
  const length = pair.response.length;
  if (length === 0) throw new RangeError('The response has no tokens to learn from');
  if (mask !== undefined && mask.length !== length) {
    throw new RangeError(`The mask has ${mask.length} entries for ${length} response tokens`);
  }
  return mask ?? length;
}
