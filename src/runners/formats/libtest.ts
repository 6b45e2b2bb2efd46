import type { TestStatus } from '../../agent/verdict.ts';

/** What Rust's test harness reports, by the names of tests (`tests::adds`). */
export interface LibtestResults {
  readonly statuses: ReadonlyMap<string, TestStatus>;
  /** What a failed test printed, its panic included. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Every announced test has a result, and the harness wrote its summary. */
  readonly complete: boolean;
}

const words: Readonly<Record<string, TestStatus>> = {
  ok: 'passed',
  FAILED: 'failed',
  failed: 'failed',
  ignored: 'skipped',
};

const announcement = /^running (\d+) tests?$/;
const result = /^test (.+?)(?: - (?:should panic|compile|compile fail))* \.\.\. (ok|FAILED|ignored)\b/;
const summary = /^test result: (?:ok|FAILED)\. /;
const section = /^---- (.+) (?:stdout|stderr) ----$/;

/**
 * Reads the text for people, the only report of a stable toolchain, with reservations: tests can print such lines too.
 * Several consecutive runs (documentation tests of several crates) are combined.
 */
export function parseLibtest(text: string): LibtestResults {
  const statuses = new Map<string, TestStatus>();
  let announced = 0;
  let found = 0;
  let runs = 0;
  let summaries = 0;
  for (const line of text.split('\n')) {
    const running = announcement.exec(line);
    if (running !== null) {
      announced += Number(running[1]);
      runs++;
    }
    if (summary.test(line)) summaries++;
    const [, name, word] = result.exec(line) ?? [];
    if (name === undefined || word === undefined) continue;
    found++;
    // Two results for one name: a line was printed by a test. The failure counts.
    if (statuses.get(name) !== 'failed') statuses.set(name, words[word] ?? 'errored');
  }
  return { statuses, outputs: failureOutputs(text), complete: announced === found && runs === summaries };
}

/** The sections between `---- NAME stdout ----` and the next one or the list of failures. */
export function failureOutputs(text: string): Map<string, string> {
  const outputs = new Map<string, string>();
  let name: string | undefined;
  let lines: string[] = [];
  const close = () => {
    if (name !== undefined && !outputs.has(name)) outputs.set(name, lines.join('\n').trim());
    name = undefined;
    lines = [];
  };
  for (const line of text.split('\n')) {
    const next = section.exec(line)?.[1];
    if (next !== undefined || line === 'failures:') {
      close();
      name = next;
    } else if (name !== undefined) lines.push(line);
  }
  close();
  return outputs;
}

/** Reads a file made by `--logfile`: one line per test, `ok NAME`, `failed NAME`, `ignored NAME`, written when it ends. */
export function parseLibtestLog(text: string): Map<string, TestStatus> {
  const statuses = new Map<string, TestStatus>();
  // An incomplete last line does not count.
  for (const line of text.split('\n').slice(0, -1)) {
    const [, word, name] = /^(ok|failed|ignored)\b.*? (\S+)$/.exec(line) ?? [];
    if (word !== undefined && name !== undefined) statuses.set(name, words[word] ?? 'errored');
  }
  return statuses;
}

/** Before Rust 1.73 the message is in quotes and precedes the place. */
const olderPanic = /^thread '.*' panicked at '([\s\S]*?)', \S+:\d+:\d+$/m;

/** The message of a panic, without the line that says where and the backtrace. */
export function panicMessage(output: string): string {
  const older = olderPanic.exec(output)?.[1];
  if (older !== undefined) return older;
  const lines = output.split('\n');
  const start = lines.findIndex((line) => /^thread '.*' (?:\(\d+\) )?panicked at \S+:$/.test(line));
  if (start < 0) return output;
  const end = lines.findIndex((line, index) => index > start && /^(?:stack backtrace:|note: )/.test(line));
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}
