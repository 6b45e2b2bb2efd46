import type { TestResult, Verdict } from '../agent/verdict.ts';
import { folderOf, join } from './imports/paths.ts';
import { languageOf } from './languages.ts';
import type { Lookup } from './lookup.ts';
import { isForeignPath, isTestPath, subjectOf } from './test-paths.ts';
import { isInlineTest, isTestFile, sourceOfTest, type TestSource } from './test-source.ts';
import { type Use, usesOf } from './uses.ts';

/** A file that the failing tests point at. */
export interface Candidate {
  readonly path: string;
  readonly score: number;
  /** The strongest reason, as the end of a sentence. */
  readonly why: string;
  /** Lines of stack frames in it, innermost first. */
  readonly lines: readonly number[];
  /** Qualified names of what the failing tests use of it, and how many of them do. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** Maximum number of tests examined: failing ones, and passing ones to see what only the failing ones use. */
const maxFailing = 20;
const maxPassing = 60;

/** A stack frame in a source file says more than anything that can be read from the test. */
const weights = { frame: 24, outerFrame: 2, called: 4, reached: 3, imported: 1, subject: 3, mentioned: 2, named: 1 };

export function failingTests(verdict: Verdict): TestResult[] {
  const failing = verdict.tests.filter(({ status }) => status === 'failed' || status === 'errored');
  return failing.slice(0, maxFailing);
}

/** Best first. Scores are sums over the failing tests. */
export async function rankCandidates(verdict: Verdict, lookup: Lookup): Promise<Candidate[]> {
  const tally = new Tally();
  const sources = new Map<string, TestSource>();
  for (const test of failingTests(verdict)) {
    const source = await sourceOfTest(test, lookup);
    await countFrames(test, tally, lookup);
    if (!source) continue;
    sources.set(source.path, source);
    const uses = (await usesOf(source, lookup)).filter(({ path }) => !isTestFile(path, test) && !isForeignPath(path));
    for (const use of uses) countUse(use, test, source, tally);
    if (uses.length === 0) await countNames(source, tally, lookup);
  }
  for (const test of verdict.tests.filter(({ status }) => status === 'passed').slice(0, maxPassing)) {
    if (test.file === undefined || !sources.has(test.file)) continue;
    const source = await sourceOfTest(test, lookup);
    if (!source || source.blocks.length === 0) continue;
    for (const use of await usesOf(source, lookup)) if (use.how !== 'imported') tally.passes(use);
  }
  return tally.ranked();
}

/** The innermost frame outside of tests is where it went wrong; the frames around it led there. */
async function countFrames(test: TestResult, tally: Tally, lookup: Lookup): Promise<void> {
  const seen = new Set<string>();
  for (const { path, line } of test.failure?.frames ?? []) {
    if (isTestFile(path, test) || isForeignPath(path) || !languageOf(path) || !(await lookup.isFile(path))) continue;
    if (await isInlineTest(path, line, lookup)) continue;
    const first = seen.size === 0;
    if (first || !seen.has(path)) {
      const why = `the failure of ${quoted(test)} comes from its line ${line}`;
      tally.add(path, first ? weights.frame : weights.outerFrame, why, { line });
    }
    seen.add(path);
    if (seen.size > 3) return;
  }
}

function countUse(use: Use, test: TestResult, source: TestSource, tally: Tally): void {
  const what = [...use.symbols].slice(0, 3).join(', ');
  const why =
    use.how === 'imported'
      ? `${source.path} imports it`
      : `the failing test ${quoted(test)} uses ${what || 'it'} from it`;
  tally.add(use.path, weights[use.how], why, { symbols: use.symbols });
  const title = test.id.slice(test.file?.length ?? 0).toLowerCase();
  const names = [...use.symbols].map((symbol) => symbol.slice(symbol.lastIndexOf('.') + 1).toLowerCase());
  if (names.some((name) => name.length > 2 && title.includes(name))) tally.add(use.path, weights.mentioned);
  if (stem(use.path) === subjectOf(source.path).toLowerCase()) tally.add(use.path, weights.subject);
}

/** For tests whose imports lead nowhere: a file with the test's name, beside it or where projects keep their sources. */
async function countNames(source: TestSource, tally: Tally, lookup: Lookup): Promise<void> {
  const folder = folderOf(source.path);
  const subject = subjectOf(source.path).toLowerCase();
  const extension = source.path.slice(source.path.lastIndexOf('.'));
  const mirrored = mirrors.map(([from, to]) => `${folder}/`.replace(from, to).replace(/\/$/, ''));
  for (const place of new Set([folder, join(folder, '..') ?? '', ...mirrored])) {
    for (const name of await lookup.names(place)) {
      const path = place === '' ? name : `${place}/${name}`;
      if (isTestPath(path) || isForeignPath(path) || path === source.path) continue;
      const fits = stem(path) === subject && (name.endsWith(extension) || languageOf(path)?.grammar !== undefined);
      if (fits) tally.add(path, weights.named, `its name belongs to ${source.path}`);
    }
  }
}

const mirrors: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)(?:tests?|specs?|__tests__)\//, '$1src/'],
  [/(^|\/)(?:tests?|specs?|__tests__)\//, '$1lib/'],
  [/(^|\/)(?:tests?|specs?|__tests__)\//, '$1'],
  [/(^|\/)src\/test\//, '$1src/main/'],
  [/\.(?:Unit)?Tests?\//, '/'],
];

function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (name.includes('.') ? name.slice(0, name.indexOf('.')) : name).toLowerCase();
}

function quoted({ name }: TestResult): string {
  return `"${name.length > 60 ? `${name.slice(0, 57)}…` : name}"`;
}

interface Entry {
  score: number;
  strongest: number;
  why: string;
  readonly lines: number[];
  readonly symbols: Map<string, number>;
  passing: number;
}

class Tally {
  readonly #entries = new Map<string, Entry>();
  readonly #passing = new Map<string, number>();

  add(
    path: string,
    weight: number,
    why = '',
    evidence: { readonly line?: number; readonly symbols?: ReadonlySet<string> } = {},
  ): void {
    const entry = this.#entries.get(path) ?? {
      score: 0,
      strongest: 0,
      why: '',
      lines: [],
      symbols: new Map<string, number>(),
      passing: 0,
    };
    this.#entries.set(path, entry);
    entry.score += weight;
    if (why !== '' && weight > entry.strongest) Object.assign(entry, { strongest: weight, why });
    if (evidence.line !== undefined) entry.lines.push(evidence.line);
    for (const symbol of evidence.symbols ?? []) entry.symbols.set(symbol, (entry.symbols.get(symbol) ?? 0) + 1);
  }

  /** A passing test speaks for what it uses: that is less likely to be wrong. */
  passes({ path, symbols }: Use): void {
    const entry = this.#entries.get(path);
    if (entry) entry.passing++;
    for (const symbol of symbols) {
      const key = `${path} ${symbol}`;
      this.#passing.set(key, (this.#passing.get(key) ?? 0) + 1);
    }
  }

  ranked(): Candidate[] {
    const entries = [...this.#entries].sort(([, a], [, b]) => b.score - a.score || a.passing - b.passing);
    return entries.map(([path, { score, why, lines, symbols, passing }]) => ({
      path,
      // In total less than the smallest weight, so that passing tests only break ties.
      score: score - passing / (passing + 1) / 2,
      why,
      lines,
      symbols: new Map(
        [...symbols]
          .map(([symbol, count]): [string, number] => [symbol, count - this.#shareOfPassing(path, symbol)])
          .sort((a, b) => b[1] - a[1]),
      ),
    }));
  }

  #shareOfPassing(path: string, symbol: string): number {
    const passing = this.#passing.get(`${path} ${symbol}`) ?? 0;
    return passing / (passing + 1) / 2;
  }
}
