import { stripVTControlCharacters } from 'node:util';
import type { TestFailure } from '../../agent/verdict.ts';
import { framesIn, type JvmSource } from './frames.ts';
import { type Places, withoutFolder } from './places.ts';

/** Maximum number of characters of each; a model's context is small, and the first lines say most. */
export const messageLimit = 2000;
export const valueLimit = 1000;
/** Number of characters of a failure's text that are searched at each end. */
const searched = 20_000;

/** Control characters but tab and line feed, characters that reverse or hide text, and the byte-order mark. */
const invisible = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text that a test produced, fit to be shown and sent to a model: no colours, no control characters, line feeds only,
 * no trailing blanks, well-formed, and at most `limit` characters (two thirds from its start, the rest from its end).
 */
export function cleanText(text: string, limit: number): string {
  // What is cut out anyway is not cleaned first; twice the limit at each end leaves enough for the characters taken out.
  const cut = text.length > 4 * limit ? text.length - 4 * limit : 0;
  const bounded = cut > 0 ? text.slice(0, 2 * limit) + text.slice(-2 * limit) : text;
  const clean = stripVTControlCharacters(bounded)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(invisible, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/^\n+|\n+$/g, '');
  return (clean.length > limit ? shorten(clean, limit, cut) : clean).toWellFormed();
}

function shorten(text: string, limit: number, cut: number): string {
  const mark = `\n… ${text.length + cut - limit} characters left out …\n`;
  const kept = limit - mark.length;
  if (kept < mark.length) return `${text.slice(0, limit - 1)}…`;
  const head = Math.ceil((kept * 2) / 3);
  return text.slice(0, head) + mark + text.slice(text.length - (kept - head));
}

/**
 * How runners and assertion libraries write the two values, most specific first.
 * Where a language only says "left" and "right", left is taken as what the code gave: the more usual way round.
 */
const comparisons: readonly RegExp[] = [
  // JUnit 4 and 5, AssertJ on one line, MSTest, TestNG.
  /expected:?\s?<(?<expected>[^\n]*?)> but was:?\s?<(?<actual>[^\n]*?)>(?:$|[\s.])/im,
  /Expected:<(?<expected>[^\n]*?)>\. Actual:<(?<actual>[^\n]*?)>/,
  /expected \[(?<expected>[^\n]*?)\] but found \[(?<actual>[^\n]*?)\]/,
  // Rust.
  /`?\(?left (?:==|!=) right\)?`? failed[^\n]*\n[ \t]*left: (?<actual>[^\n]*)\n[ \t]*right: (?<expected>[^\n]*)/,
  /`\(left [=!]= right\)`[ \t\n]{1,40}left: `(?<actual>[^\n]*)`,[ \t\n]{1,40}right: `(?<expected>[^\n]*)`/,
  // Node: the inspected properties of an AssertionError.
  /^[ \t]*actual: (?<actual>[^\n]*),\n[ \t]*expected: (?<expected>[^\n]*),\n[ \t]*operator: /m,
  // Node, plain comparison of two short values.
  /strictly equal:\n[ \t]*\n[ \t]*(?<actual>[^\n]+?) !== (?<expected>[^\n]+)/,
  // Jest.
  /Expected(?: value)?: (?<expected>[^\n]*)\n[ \t]*Received(?: value)?: {1,3}(?<actual>[^\n]*)/,
  // testify (Go), xUnit, NUnit, AssertJ and Hamcrest on two lines.
  /^[ \t]*expected\s*: (?<expected>[^\n]*)\n[ \t]*actual\s*: +(?<actual>[^\n]*)/im,
  /^[ \t]*Expected: (?<expected>[^\n]*)\n[ \t]*But was: +(?<actual>[^\n]*)/im,
  /^[ \t]*Expected: (?<expected>[^\n]*)\n[ \t]*but: was (?<actual>[^\n]*)/im,
  // Chai and vitest.
  /^(?:\w*Error: )?expected (?<actual>[^\n]*?) to (?:strictly |deeply )*(?:equal|be|eql)\s(?<expected>[^\n]*?)(?: \/\/ [^\n]*)?$/m,
  // pytest's rewritten assertion: the side that was computed is explained by a "where" line.
  /^E[ \t]+(?:AssertionError: )?assert (?<expected>[^\n]+?) == (?<actual>[^\n]+)\n(?=E[ \t]+\+[ \t]+where \k<actual> = )/m,
  /^E[ \t]+(?:AssertionError: )?assert (?<actual>[^\n]+?) == (?<expected>[^\n]+)$/m,
  // unittest.
  /^(?:AssertionError: )?(?<actual>[^\n]+?) != (?<expected>[^\n]+?)(?: within \d+ places[^\n]*)?(?: : [^\n]*)?$/m,
  // Go's usual wording.
  /\bgot:? (?<actual>[^\n]*?)[,;] (?:want|expected):? (?<expected>[^\n]*)/i,
  /\b(?:want|expected):? (?<expected>[^\n]*?)[,;] (?:but )?got:? (?<actual>[^\n]*)/i,
  /= (?<actual>[^\n]*?)[,;] want:? (?<expected>[^\n]*)/i,
];

/** The two values of a failed comparison, where the text gives both. */
export function expectedActual(text: string): { readonly expected: string; readonly actual: string } | undefined {
  const bounded = inBounds(text);
  for (const pattern of comparisons) {
    const { expected, actual } = pattern.exec(bounded)?.groups ?? {};
    // Two texts that look the same (`[Array]` and `[Array]`) tell nothing.
    if (expected === undefined || actual === undefined || expected === actual) continue;
    return { expected: cleanText(expected, valueLimit), actual: cleanText(actual, valueLimit) };
  }
  return undefined;
}

/**
 * A failure from what a report has of it.
 * @param message the short message; when empty, the first lines of `body` serve
 * @param body everything else the report has: the full text, with the stack
 */
export function failureOf(message: string, body: string, places: Places, jvmSource?: JvmSource): TestFailure {
  const text = inBounds(`${message}\n${body}`);
  const plain = stripVTControlCharacters(text).replaceAll(/\r\n?/g, '\n');
  const shown = cleanText(
    withoutFolder(message.trim() === '' ? beforeStack(inBounds(body)) : message, places),
    messageLimit,
  );
  return {
    message: shown === '' ? 'The report gives no message.' : shown,
    ...expectedActual(plain),
    frames: framesIn(plain, places, jvmSource),
  };
}

const stackStart = /^[ \t]*(?:at \S|❯ \S|\^|stack backtrace:|Traceback \(most recent call last\)|goroutine \d+ \[)/m;

/** The text up to where its stack begins; all of it when it begins with one. */
export function beforeStack(text: string): string {
  const start = text.search(stackStart);
  const head = start < 0 ? text : text.slice(0, start);
  return head.trim() === '' ? text : head;
}

/** Bounds the work of the patterns above, some of which take quadratic time on a hostile line. */
function inBounds(text: string): string {
  const ends = text.length <= 2 * searched ? text : `${text.slice(0, searched)}\n${text.slice(-searched)}`;
  return ends.replaceAll(/^([^\n]{1000})[^\n]+$/gm, '$1');
}
