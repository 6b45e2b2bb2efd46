import type { Answer } from './answer/answer.ts';
import type { Verdict } from './verdict.ts';

/** An answer that cannot be applied is not judged: there is no reward, and the words say that the format is wrong. */
export function unparsableVerdict({ detail }: Extract<Answer, { kind: 'unparsable' }>): Verdict {
  return {
    reward: null,
    reason: 'unparsable',
    detail,
    passed: 0,
    failed: 0,
    skipped: 0,
    errored: 0,
    tests: [],
    failureKind: 'format',
    output: '',
    milliseconds: 0,
  };
}

/** An answer that leaves the target as it was has failed as the target had; undefined where that was not judged to fail. */
export function unchangedVerdict(
  answer: Extract<Answer, { kind: 'unparsable' }>,
  baseline: Verdict | undefined,
): Verdict | undefined {
  if (answer.problem !== 'unchanged' || baseline?.reward !== -1) return undefined;
  return { ...baseline, detail: `${answer.detail} ${baseline.detail}`, milliseconds: 0 };
}
