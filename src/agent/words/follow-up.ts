import { breakTokens, plainText } from '../text/sanitise.ts';
import { type Evidence, formatEvidence } from './evidence.ts';

/** UTF-16 code units of evidence in a follow-up: it stays in the history for the rest of the session. */
const evidenceBudget = 1200;

/** What stands in the history where there are no words: the comment as it is, then the evidence as data. */
export function plainFollowUp(comment: string, evidence: Evidence): string {
  const said = breakTokens(plainText(comment)).trim();
  const shown = formatEvidence(evidence, evidenceBudget);
  return [said, shown].filter((part) => part !== '').join('\n\n') || 'The tests still fail.';
}
