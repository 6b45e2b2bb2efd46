import type { Phase } from '../../agent/events.ts';
import type { FixEvent } from '../../session/fix-events.ts';

/** How far a session is, as the developer sees it. */
export interface Progress {
  /** 0 before the first attempt. */
  readonly turn: number;
  readonly step: 'starting' | 'baseline' | 'model' | Phase;
  /** Tokens of the answer being generated. */
  readonly tokens: number;
  /** Counts of the last verdict, at first of the baseline. */
  readonly tests: { readonly passed: number; readonly failed: number } | undefined;
}

export const atStart: Progress = { turn: 0, step: 'starting', tokens: 0, tests: undefined };

/** The state after an event; the same object when it says nothing new. */
export function advance(progress: Progress, event: FixEvent): Progress {
  switch (event.kind) {
    case 'baseline-run':
      return { ...progress, step: 'baseline' };
    case 'baseline':
      return { ...progress, step: 'model', tests: counts(event.verdict) };
    case 'phase':
      return { ...progress, turn: event.turn, step: event.phase, tokens: 0 };
    case 'verdict':
      return { ...progress, tests: counts(event.verdict) };
    default:
      return progress;
  }
}

/** @param tokens number of tokens of the answer so far */
export function withTokens(progress: Progress, tokens: number): Progress {
  return { ...progress, tokens };
}

/** `vscode.l10n.t`, passed as a parameter so that the tests need no editor. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

const steps: Readonly<Record<Progress['step'], string>> = {
  starting: 'Looking for the tests',
  baseline: 'Running the tests before any change',
  model: 'Opening the model',
  prompting: 'Preparing',
  generating: 'Writing an attempt',
  reading: 'Reading the attempt',
  evaluating: 'Running the tests',
  asking: 'Waiting for your comment',
  adapting: 'Learning from the failure',
};

/** One line: `Attempt 2 of 5: Running the tests (3 passed, 1 failed before)`. */
export function progressText({ turn, step, tokens, tests }: Progress, maxTurns: number, t: Translate): string {
  const what = t(steps[step]);
  const detail = detailOf({ turn, step, tokens, tests }, t);
  const line = detail === '' ? what : `${what} (${detail})`;
  return turn === 0 ? line : t('Attempt {0} of {1}: {2}', turn, maxTurns, line);
}

function detailOf({ step, tokens, tests }: Progress, t: Translate): string {
  if (step === 'generating' && tokens > 0) return t('{0} tokens', tokens);
  // While the developer is asked, the question itself says how the tests went.
  if (tests === undefined || step === 'asking') return '';
  return t('{0} passed, {1} failed before', tests.passed, tests.failed);
}

function counts({ passed, failed, errored }: { passed: number; failed: number; errored: number }) {
  return { passed, failed: failed + errored };
}
