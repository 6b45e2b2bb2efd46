import type { Verdict } from '../../agent/verdict.ts';
import type { SessionEnd } from '../worker/protocol.ts';
import type { Translate } from './progress.ts';

/** How a session ended, for the notification that asks what to do about the attempt in `files`. */
export function outcomeText(
  outcome: SessionEnd['outcome'],
  verdict: Verdict | undefined,
  files: readonly string[],
  t: Translate,
): string {
  if (outcome?.kind === 'solved') return t('Retune: all {0} tests pass. Keep the change?', verdict?.passed ?? 0);
  const left = files.length === 0 ? '' : t('The last attempt is in {0}.', files.join(', '));
  return `${ended(outcome, verdict, t)} ${left}`.trim();
}

function ended(outcome: SessionEnd['outcome'], verdict: Verdict | undefined, t: Translate): string {
  switch (outcome?.kind) {
    case 'turn-limit':
      return t('Retune found no fix within the maximum number of attempts. {0}', verdict?.detail ?? '');
    case 'no-progress':
    case 'blocked':
      return t('Retune found no fix. {0}', outcome.why);
    case 'stopped':
      return t('Retune was stopped.');
    case 'nothing-to-fix':
      return t(
        'Retune: there is nothing to fix, because no test fails. Write one that shows the bug, then choose Fix again.',
      );
    default:
      return t('Retune ended with an error.');
  }
}
