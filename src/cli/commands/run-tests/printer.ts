import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { TestResult, Verdict } from '../../../agent/verdict.ts';
import type { RunPlan, TestProject } from '../../../runners/runner.ts';
import type { Output } from '../../output.ts';
import { terminalText } from '../../terminal-text.ts';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Number of failures that are shown with their evidence, and of further ones that are shown by name. */
const maxShown = 10;
const maxNamed = 50;

/** What was detected, before the tests run. */
export function printProject(project: TestProject, plan: RunPlan, output: Output): void {
  const near = relative(process.cwd(), project.cwd);
  const cwd = near.startsWith('..') ? project.cwd : near;
  output.table([
    ['runner', terminalText(`${project.runner.name}: ${project.why}`)],
    ['command', terminalText(plan.display)],
    ['folder', terminalText(cwd === '' ? '.' : cwd)],
  ]);
}

/** The failures, then one line that sums them up. */
export function printVerdict(verdict: Verdict, output: Output, stream: NodeJS.WriteStream = process.stdout): void {
  const paint: Paint = (style, text) => styleText(style, terminalText(text), { stream, validateStream: true });
  const bad = verdict.tests.filter(({ status }) => status === 'failed' || status === 'errored');
  for (const test of bad.slice(0, maxShown)) output.text(`\n${evidence(test, paint)}`);
  const named = bad.slice(maxShown, maxShown + maxNamed);
  if (named.length > 0) output.text(`\n${named.map((test) => `${title(test, paint)}\n`).join('')}`);
  const more = bad.length - maxShown - named.length;
  if (more > 0) output.text(`  and ${more} more\n`);
  if (verdict.output !== '') output.text(`\n${paint('dim', indented(verdict.output, '  │ '))}\n`);
  output.text(`\n${summary(verdict, paint)}\n`);
}

function title({ status, file, name, id }: TestResult, paint: Paint): string {
  const mark = status === 'errored' ? paint('yellow', '!') : paint('red', '✗');
  const place = file !== undefined && id.startsWith(file) ? id : [file, name].filter(Boolean).join(' › ');
  return `  ${mark} ${paint('bold', place)}`;
}

function evidence(test: TestResult, paint: Paint): string {
  const { failure } = test;
  const lines = [title(test, paint)];
  if (failure !== undefined) {
    if (failure.message !== '') lines.push(paint([], indented(failure.message, '      ')));
    if (failure.expected !== undefined) lines.push(paint('green', value('expected', failure.expected)));
    if (failure.actual !== undefined) lines.push(paint('red', value('actual', failure.actual)));
    const [frame] = failure.frames;
    if (frame !== undefined) {
      const symbol = frame.symbol === undefined ? '' : ` (${frame.symbol})`;
      lines.push(paint('dim', `      at ${frame.path}:${frame.line}${symbol}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

function value(name: string, text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return [`      ${name.padEnd(9)} ${first}`, ...rest.map((line) => `${' '.repeat(16)}${line}`)].join('\n');
}

function indented(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => margin + line)
    .join('\n');
}

function summary({ reward, reason, detail, milliseconds, ...counts }: Verdict, paint: Paint): string {
  const style = reward === 1 ? 'green' : reward === -1 ? 'red' : 'yellow';
  const mark = { 1: '✓', '-1': '✗' }[String(reward)] ?? '?';
  const numbers = (['passed', 'failed', 'errored', 'skipped'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`);
  const facts = [...numbers, `${(milliseconds / 1000).toFixed(1)} s`, `reward ${rewardText(reward)} (${reason})`];
  return `${paint(style, `${mark} ${detail}`)}\n${paint('dim', `  ${facts.join(', ')}`)}`;
}

function rewardText(reward: Verdict['reward']): string {
  if (reward === null) return 'undefined';
  return reward === 1 ? '+1' : '−1';
}
