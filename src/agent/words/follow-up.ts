import { breakTokens, plainText } from '../text/sanitise.ts';
import { type Evidence, formatEvidence } from './evidence.ts';

/** Maximum UTF-16 code units of evidence in a follow-up, which stays in the history for the rest of the session. */
const evidenceBudget = 1200;

/** What follows an attempt in the history without words: the comment as it is, then the evidence as data. */
export function plainFollowUp(comment: string, evidence: Evidence): string {
  const plain = breakTokens(plainText(comment)).trim();
  const shown = formatEvidence(evidence, evidenceBudget);
  return [plain, shown].filter((part) => part !== '').join('\n\n') || 'The tests still fail.';
}
