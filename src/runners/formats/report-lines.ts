import { z } from 'zod';
import type { TestFailure, TestResult } from '../../agent/verdict.ts';
import type { Problem, TestReport } from '../runner.ts';
import { cleanText, failureOf, messageLimit, valueLimit } from './failure-text.ts';
import { type Places, withoutFolder, workspacePath } from './places.ts';
import { idOf, uniqueResults } from './results.ts';

/** Text of a report; a test's titles are bounded where they are made into names. */
const text = z.string().max(100_000);

const line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('test'),
    titles: z.array(text).min(1).max(100),
    file: text.optional(),
    status: z.enum(['passed', 'failed', 'skipped', 'errored']),
    ms: z.number().nonnegative().optional(),
    message: text.optional(),
    stack: text.optional(),
    expected: text.optional(),
    actual: text.optional(),
  }),
  z.object({ kind: z.literal('problem'), where: text.optional(), message: text, stack: text.optional() }),
  z.object({ kind: z.literal('end') }),
]);
type TestLine = Extract<z.infer<typeof line>, { kind: 'test' }>;

/**
 * Reads what the reporters in `resources/reporters` write.
 * @returns undefined when a line cannot be read or the last one is missing, as when the process ended before its tests
 */
export function parseReportLines(report: string, places: Places): TestReport | undefined {
  const tests: TestResult[] = [];
  const problems: TestReport['problems'][number][] = [];
  let ended = false;
  for (const text of report.split('\n')) {
    if (text === '') continue;
    const entry = entryOf(text);
    if (entry === undefined || ended) return undefined;
    if (entry.kind === 'end') ended = true;
    else if (entry.kind === 'test') tests.push(testOf(entry, places));
    else problems.push(problemOf(entry.where ?? '', entry.message, places, entry.stack));
  }
  return ended ? { tests: uniqueResults(tests, 'number'), problems } : undefined;
}

function entryOf(text: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    // Cut off in the middle of a line.
    return undefined;
  }
}

function testOf(entry: TestLine, places: Places): TestResult {
  const file = entry.file === undefined ? undefined : workspacePath(entry.file, places);
  const groups = entry.titles.slice(0, -1);
  const title = entry.titles.at(-1) ?? '';
  return {
    id: idOf(file, groups, title),
    name: cleanText(title, 300),
    ...(file !== undefined && { file }),
    status: entry.status,
    ...(entry.ms !== undefined && { milliseconds: entry.ms }),
    ...(entry.message !== undefined && { failure: failureWith(entry.message, entry, places) }),
  };
}

interface Evidence {
  readonly stack?: string | undefined;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

/** A failure whose two values are known, rather than read from its text. */
export function failureWith(message: string, { stack = '', expected, actual }: Evidence, places: Places): TestFailure {
  const failure = failureOf(message, stack, places);
  if (expected === undefined || actual === undefined) return failure;
  return { ...failure, expected: cleanText(expected, valueLimit), actual: cleanText(actual, valueLimit) };
}

/** Maximum number of characters of what a message leaves out. */
const detailsLimit = 20_000;

/** Frames that are not the workspace's, and what Node prints around an error that ends it. */
const foreign = /^\s+at .*(?:node:|node_modules).*$|^Node\.js v\d.*$|^node:internal[^\n]*\n[^\n]*\n\s*\^\n/gm;

/** An error outside of any test, without the frames that are not the workspace's. */
export function problemOf(where: string, message: string, places: Places, stack = ''): Problem {
  const shown = message.replaceAll(foreign, '').replaceAll(/\n{3,}/g, '\n\n');
  return problemIn(workspacePath(where, places) ?? '', shown, places, `${message}\n${stack}`);
}

/** @param text all that is known about it, when it is more than the message */
export function problemIn(where: string, message: string, places: Places, text = message): Problem {
  const short = cleanText(withoutFolder(message, places), messageLimit);
  const details = cleanText(withoutFolder(text, places), detailsLimit);
  return { where, message: short, ...(details !== short && { details }) };
}
