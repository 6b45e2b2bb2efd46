import type { Outcome, Weights } from '../../../agent/events.ts';
import type { TestResult, Verdict } from '../../../agent/verdict.ts';
import { counted } from '../../../shared/counted.ts';
import { number } from '../../format.ts';

/** What the terminal says of the parts of a session's events; none is safe for a terminal yet (`terminalText`). */

export function failureLines({ name, file, failure }: TestResult): readonly string[] {
  const title = `✗ ${name}${file === undefined ? '' : `  (${file})`}`;
  if (failure === undefined) return [title];
  const { message, expected, actual, frames } = failure;
  const [frame] = frames;
  return [
    title,
    `  ${message.split('\n')[0] ?? ''}`,
    ...(expected === undefined ? [] : [`  expected ${oneLine(expected)}`]),
    ...(actual === undefined ? [] : [`  actual   ${oneLine(actual)}`]),
    ...(frame === undefined ? [] : [`  at ${frame.path}:${frame.line}`]),
  ];
}

/** The beginning of an answer. */
export function clipped(text: string): readonly string[] {
  const lines = text.trim().split('\n');
  const shown = lines.slice(0, 6).map(short);
  return lines.length > shown.length ? [...shown, '…'] : shown;
}

export function mark({ reward }: Verdict): string {
  return reward === 1 ? '✓' : reward === -1 ? '✗' : '?';
}

export function weightsText(weights: Weights, milliseconds: number): string {
  if (weights.kind === 'skipped') return `not updated: ${weights.why}`;
  const { report } = weights;
  if (weights.kind === 'rolled-back') return `rolled back (${report.reason}); the weights are unchanged`;
  const times = twoDigits(Math.exp(report.logProbBefore - report.logProbAfter));
  return `updated: this answer is now ${times} times less likely (KL ${twoDigits(report.klResponse)} nat per token, ${milliseconds} ms)`;
}

export function outcomeText(outcome: Outcome, turns: number): string {
  const after = `after ${counted(turns, 'turn')}`;
  switch (outcome.kind) {
    case 'solved':
      return `Solved ${after}: all tests pass.`;
    case 'turn-limit':
      return `Not solved ${after}, which is the limit.`;
    case 'no-progress':
      return `Not solved ${after}. ${outcome.why}`;
    case 'blocked':
      return `Stopped ${after}. ${outcome.why}`;
    case 'stopped':
      return `Stopped ${after}.`;
  }
}

function oneLine(text: string): string {
  return short(text.replace(/\s+/g, ' '));
}

/** At most 100 characters. */
function short(line: string): string {
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function twoDigits(value: number): string {
  return number(Number(value.toPrecision(2)));
}
