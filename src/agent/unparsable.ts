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
