import type { EnvironmentEvent } from '../../agent/environment.ts';
import type { Outcome, Weights } from '../../agent/events.ts';
import type { Verdict } from '../../agent/verdict.ts';
import type { UpdateReport } from '../../policy/update.ts';
import type { FixEvent } from '../../session/fix-events.ts';
import { counted } from '../../shared/counted.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn';
  readonly text: string;
}

type Lines = { readonly [K in FixEvent['kind']]: (event: Extract<FixEvent, { kind: K }>) => LogLine | undefined };

const info = (text: string): LogLine => ({ level: 'info', text });
const debug = (text: string): LogLine => ({ level: 'debug', text });
const nothing = (): undefined => undefined;

const lines: Lines = {
  session: ({ id, folder, request, method, maxTurns, seed, recorded }) =>
    info(
      `Session ${id} in ${folder}: “${request}” (${method}, at most ${maxTurns} turns, seed ${seed}${recorded === true ? ', attempts from a record' : ''})`,
    ),
  notice: ({ message }) => ({ level: 'warn', text: message }),
  detected: ({ runner, command, cwd, why }) => info(`Tests: ${runner}, \`${command}\` in ${cwd} (${why})`),
  'baseline-run': ({ run }) => debug(`Running the tests before any change, ${run} of 2`),
  baseline: ({ verdict, flaky }) =>
    info(`Before any change: ${judged(verdict)}${flaky.length > 0 ? `; flaky: ${flaky.join(', ')}` : ''}`),
  target: ({ files, why }) => info(`Target: ${files.map(place).join(', ')} (${why})`),
  model: ({ parameters, contextLength, learnt }) =>
    info(
      `Model: ${parameters ?? 'unknown number of'} parameters, context ${contextLength}${learnt ? ', with what it learnt here' : ''}`,
    ),
  resumed: ({ turns }) => info(`Resumes after ${counted(turns, 'turn')}`),
  phase: ({ turn, phase }) => debug(`Turn ${turn}: ${phase}`),
  turn: ({ turn, messages, temperature, dropped }) =>
    debug(
      `Turn ${turn}: ${messages.length} messages, temperature ${temperature}${dropped.length > 0 ? `, left out: ${dropped.join(', ')}` : ''}`,
    ),
  prefill: nothing,
  token: nothing,
  generated: ({ turn, responseTokens, finish, milliseconds, text }) =>
    info(`Turn ${turn}: ${responseTokens.length} tokens in ${milliseconds} ms (${finish})\n${text}`),
  answer: ({ turn, answer }) =>
    info(
      answer.kind === 'attempt'
        ? `Turn ${turn}: an attempt at ${answer.attempt.files.map(({ path }) => path).join(', ')}`
        : `Turn ${turn}: no attempt. ${answer.detail}`,
    ),
  environment: ({ turn, event }) => {
    switch (event.kind) {
      case 'snapshot':
        return debug(`Turn ${turn}: ${event.files.join(', ')} saved as ${event.snapshot}`);
      case 'applied':
        return info(`Turn ${turn}: wrote ${event.files.join(', ')}`);
      case 'tests':
        return info(`Turn ${turn}: running ${scopes[event.scope]}, \`${event.command}\``);
      case 'tested':
        return info(`Turn ${turn}: ${scopes[event.scope]}: ${counts(event)} in ${event.milliseconds} ms`);
    }
  },
  verdict: ({ turn, verdict, sameAs }) =>
    info(`Turn ${turn}: ${judged(verdict)}${sameAs === undefined ? '' : ` (the same attempt as in turn ${sameAs})`}`),
  comment: ({ turn, comment }) => info(`Turn ${turn}: ${comment === '' ? 'no comment' : `comment: ${comment}`}`),
  words: ({ turn, words }) => info(`Turn ${turn}: instruction (${words.source}): ${words.instruction}`),
  weights: ({ turn, weights, milliseconds }) => info(`Turn ${turn}: weights ${updated(weights)} in ${milliseconds} ms`),
  finished: ({ turns, outcome, milliseconds }) =>
    info(`${ended(outcome)} after ${counted(turns, 'turn')}, ${milliseconds} ms`),
  'nothing-to-fix': ({ verdict }) => info(`Nothing to fix: ${judged(verdict)}`),
  failed: ({ error }) => ({ level: 'warn', text: `${error.what} ${error.why} ${error.remedy} [${error.code}]` }),
};

const scopes: Readonly<Record<Extract<EnvironmentEvent, { kind: 'tests' }>['scope'], string>> = {
  failing: 'the tests that failed before',
  all: 'all tests',
  confirm: 'all tests once more, because some are flaky',
};

function counts({ passed, failed }: { readonly passed: number; readonly failed: number }): string {
  return `${passed} passed, ${failed} failed`;
}

/** An event as the log shows it; undefined for one that only shows progress. */
export function logLine(event: FixEvent): LogLine | undefined {
  const line = lines[event.kind] as (event: FixEvent) => LogLine | undefined;
  return line(event);
}

function judged({ reward, detail, passed, failed, skipped, errored }: Verdict): string {
  const sign = reward === null ? 'r undefined' : reward > 0 ? 'r = +1' : 'r = −1';
  return `${sign}; ${passed} passed, ${failed} failed, ${errored} errored, ${skipped} skipped. ${detail}`;
}

function place({ path, symbol, firstLine }: { path: string; symbol?: string; firstLine?: number }): string {
  return `${path}${firstLine === undefined ? '' : `:${firstLine}`}${symbol === undefined ? '' : ` ${symbol}`}`;
}

function updated(weights: Weights): string {
  if (weights.kind === 'skipped') return `unchanged (${weights.why})`;
  const { report } = weights;
  return weights.kind === 'updated' ? `updated (${figures(report)})` : `rolled back (${report.reason})`;
}

function figures({ solver, alpha, deltaNorm, klResponse, logProbBefore, logProbAfter }: UpdateReport): string {
  const change = `log p ${logProbBefore.toFixed(2)} → ${logProbAfter.toFixed(2)}`;
  return `${solver}, α ${alpha}, ‖Δθ‖ ${deltaNorm.toPrecision(3)}, KL ${klResponse.toPrecision(3)}, ${change}`;
}

function ended(outcome: Outcome): string {
  const texts: Readonly<Record<Outcome['kind'], string>> = {
    solved: 'Solved',
    'turn-limit': 'Not solved',
    'no-progress': 'No progress',
    blocked: 'Blocked',
    stopped: 'Stopped',
  };
  return 'why' in outcome ? `${texts[outcome.kind]} (${outcome.why})` : texts[outcome.kind];
}
