import { answerReminders } from '../prompts/attempt.ts';
import { breakTokens, plainText } from '../text/sanitise.ts';
import type { FailureKind } from '../verdict.ts';
import { evidenceOf, formatEvidence } from './evidence.ts';
import { anotherApproach } from './guards.ts';
import type { WordsInput } from './words.ts';

const sentences: Readonly<Record<FailureKind, string>> = {
  syntax: 'The code has a syntax error.',
  import: 'The code imports something that does not exist.',
  runtime: 'The code fails with an error while it runs.',
  'wrong-result': 'The code returns a wrong result.',
  timeout: 'The code does not end in time.',
  format: 'The answer could not be applied.',
  'intent-mismatch': 'The code does not do what was asked for.',
};

/** In UTF-16 code units; less than where there are no words at all, because the instruction already names the kind. */
const evidenceBudget = 800;

/**
 * The instruction when no model's words can be used: failure kind, the comment as it is, what to return, and the evidence,
 * without which it would say less than no words at all.
 * @param repeats whether the attempt failed for the same cause as the one before
 */
export function fallbackInstruction(
  input: Pick<WordsInput, 'verdict' | 'answer' | 'comment' | 'form'>,
  repeats = false,
): string {
  const { verdict, answer, comment } = input;
  const unreadable = answer.kind === 'unparsable';
  const kind = unreadable ? 'format' : (verdict.failureKind ?? 'wrong-result');
  const parts = [
    sentences[kind],
    unreadable ? breakTokens(plainText(answer.detail)) : '',
    breakTokens(plainText(comment)).trim(),
    repeats ? anotherApproach : '',
  ];
  return withEvidence(parts, input);
}

/** Sentences of an instruction ('' = none), then what to return, then the evidence; an answer that was not tested has none. */
export function withEvidence(
  parts: readonly string[],
  { verdict, answer, form = 'block' }: Pick<WordsInput, 'verdict' | 'answer' | 'form'>,
): string {
  const told = [...parts, `Correct it and ${answerReminders[form]}`].filter((part) => part !== '').join(' ');
  const shown = answer.kind === 'unparsable' ? '' : formatEvidence(evidenceOf(verdict), evidenceBudget);
  return [told, ...(shown === '' ? [] : [shown])].join('\n\n');
}
