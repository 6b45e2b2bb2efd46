import type { Verdict } from '../../agent/verdict.ts';
import type { FixSession } from '../../workspace/session/fix.ts';
import type { Translate } from './progress.ts';

/** How a session ended, for the notification that asks what to do with it. */
export function outcomeText(outcome: FixSession['outcome'], verdict: Verdict | undefined, t: Translate): string {
  switch (outcome?.kind) {
    case 'solved':
      return t('Retune: all {0} tests pass. Keep the change?', verdict?.passed ?? 0);
    case 'turn-limit':
      return t('Retune found no fix: the attempts are used up. {0}', verdict?.detail ?? '');
    case 'no-progress':
    case 'blocked':
      return t('Retune found no fix. {0}', outcome.why);
    case 'stopped':
      return t('Retune was stopped.');
    case 'nothing-to-fix':
      return t('Retune: there is nothing to fix, no test fails. Write one that shows the bug, then choose Fix again.');
    case undefined:
      return t('Retune ended with an error after changing files.');
  }
}
