import { asData, oneLine } from '../text/sanitise.ts';
import type { FailureKind } from '../verdict.ts';
import type { Critique } from './words.ts';

/**
 * The critic's format: one field per line, then the instruction between tags. It is easy to learn for a small model, and
 * parsed with tolerance for the liberties that models take (bold names, bullets, other words for the same field).
 */

export const failureKinds: readonly FailureKind[] = [
  'syntax',
  'import',
  'runtime',
  'wrong-result',
  'timeout',
  'format',
  'intent-mismatch',
];
const attributions: readonly Critique['attribution'][] = ['ambiguity', 'capability', 'both'];

/** Limits in UTF-16 code units, and of counts; any excess is cut off. */
const critiqueLimits = {
  quotes: 2,
  quote: 200,
  cause: 400,
  requirements: 4,
  requirement: 200,
  unknowns: 4,
  unknown: 200,
};

type Field = 'kind' | 'quote' | 'cause' | 'blame' | 'require' | 'unknown';

const fieldNames: Readonly<Record<string, Field>> = {
  kind: 'kind',
  'failure kind': 'kind',
  failure: 'kind',
  type: 'kind',
  quote: 'quote',
  quotes: 'quote',
  evidence: 'quote',
  cause: 'cause',
  'root cause': 'cause',
  reason: 'cause',
  blame: 'blame',
  attribution: 'blame',
  require: 'require',
  requires: 'require',
  requirement: 'require',
  requirements: 'require',
  unknown: 'unknown',
  unknowns: 'unknown',
};

/** Words that models use for a kind, in addition to its name. */
const kindWords: readonly (readonly [RegExp, FailureKind])[] = [
  [/syntax|parse/, 'syntax'],
  [/import|module/, 'import'],
  [/time ?-?out|hang|infinite/, 'timeout'],
  [/wrong|incorrect|result|assert|logic/, 'wrong-result'],
  [/intent|mismatch|misunder/, 'intent-mismatch'],
  [/format/, 'format'],
  [/runtime|exception|type ?error|crash|throw/, 'runtime'],
];

const fieldLine = /^[\s>*#-]*(?:\d{1,2}[.)]\s*)?\**([A-Za-z]+(?: [A-Za-z]+)?)\**\s*:\s*\**\s*(.*)$/;
const bullet = /^\s*(?:[-*•]|\d{1,2}[.)])\s+(.*)$/;

/** @param known the kind that the environment determined, for an output without one */
export function parseCritique(output: string, known?: FailureKind): Critique | undefined {
  const values: Record<Field, string[]> = { kind: [], quote: [], cause: [], blame: [], require: [], unknown: [] };
  const text = output.slice(0, 50_000).replace(/\r\n?/g, '\n');
  const open = text.search(/<instruction>/i);
  let current: Field | undefined;
  for (const line of (open < 0 ? text : text.slice(0, open)).split('\n')) {
    if (line.length > 5000) continue;
    const named = fieldLine.exec(line);
    const field = named === null ? undefined : fieldNames[named[1]!.toLowerCase()];
    if (field !== undefined) {
      current = field;
      if (named![2]!.trim() !== '') values[field].push(named![2]!.replace(/^[-•]\s+/, ''));
      continue;
    }
    const item = bullet.exec(line)?.[1];
    if (item !== undefined && (current === 'require' || current === 'quote' || current === 'unknown'))
      values[current].push(item);
    else if (line.trim() === '') current = current === 'cause' ? undefined : current;
    else if (current === 'cause' && values.cause.length > 0) values.cause.push(line);
  }
  const kind = kindOf(values.kind[0] ?? '') ?? known;
  const rootCause = field(values.cause.join(' '), critiqueLimits.cause);
  if (kind === undefined || rootCause === '') return undefined;
  const blame = (values.blame[0] ?? '').toLowerCase();
  return {
    kind,
    quotes: list(values.quote, critiqueLimits.quotes, critiqueLimits.quote),
    rootCause,
    attribution: attributions.find((name) => blame.includes(name)) ?? 'both',
    requirements: list(values.require, critiqueLimits.requirements, critiqueLimits.requirement),
    unknowns: list(values.unknown, critiqueLimits.unknowns, critiqueLimits.unknown),
  };
}

/** The text between the tags, or after the first if the output was cut off; undefined without a tag. */
export function parseInstruction(output: string): string | undefined {
  const open = /<instruction>/i.exec(output);
  if (open === null) return undefined;
  const rest = output.slice(open.index + open[0].length);
  const close = rest.search(/<\/instruction>/i);
  return asData(close < 0 ? rest : rest.slice(0, close), { limit: 4000, keep: 'start' })
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The critique's lines; exactly what {@link parseCritique} reads back. */
export function formatFields(critique: Critique): string {
  return [
    `Kind: ${critique.kind}`,
    ...critique.quotes.map((quote) => `Quote: ${quote}`),
    `Cause: ${critique.rootCause}`,
    `Blame: ${critique.attribution}`,
    ...critique.requirements.map((requirement) => `Require: ${requirement}`),
    ...critique.unknowns.map((unknown) => `Unknown: ${unknown}`),
  ].join('\n');
}

/** What a perfect critic would answer: the inverse of the parsers, for a {@link normalCritique} and a trimmed instruction. */
export function formatCritique(critique: Critique, instruction: string): string {
  return `${formatFields(critique)}\n<instruction>\n${instruction}\n</instruction>`;
}

/** A critique with one-line, bounded, sanitised fields, as the parser returns it. */
export function normalCritique(critique: Critique): Critique {
  return {
    ...critique,
    quotes: list(critique.quotes, critiqueLimits.quotes, critiqueLimits.quote),
    rootCause: field(critique.rootCause, critiqueLimits.cause),
    requirements: list(critique.requirements, critiqueLimits.requirements, critiqueLimits.requirement),
    unknowns: list(critique.unknowns, critiqueLimits.unknowns, critiqueLimits.unknown),
  };
}

function kindOf(text: string): FailureKind | undefined {
  const plain = text.toLowerCase().replace(/[*_`]/g, ' ').trim();
  const exact = failureKinds.find((kind) => plain.replace(/[\s-]+/g, '-').startsWith(kind));
  return exact ?? kindWords.find(([pattern]) => pattern.test(plain))?.[1];
}

/** One line, bounded and sanitised, without markup of lists, emphasis and quotation around it. Idempotent. */
function field(text: string, limit: number): string {
  let value = text;
  for (let round = 0; round < 8; round++) {
    const bare = unquoted(oneLine(asData(value, { limit, keep: 'start' })))
      .replace(/^(?:[-•*]\s+|\*\*\s*)+|(?:\s*\*\*)+$/g, '')
      .trim();
    if (bare === value) break;
    value = bare;
  }
  return value;
}

/** Without empty entries and those that say that there is none. */
function list(texts: readonly string[], count: number, limit: number): readonly string[] {
  return texts
    .map((text) => field(text, limit))
    .filter((text) => text !== '' && !/^(?:none|n\/a|nothing|-|no)\.?$/i.test(text))
    .slice(0, count);
}

function unquoted(text: string): string {
  const bare = text.trim();
  return /^"[^"]*"$|^“[^”]*”$|^`[^`]*`$/.test(bare) ? bare.slice(1, -1) : bare;
}
