import { globSync, readFileSync } from 'node:fs';
import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/** Word-by-word translations that were found in this code, and what an English speaker would write. */
const banned: readonly { readonly phrase: RegExp; readonly instead: string }[] = [
  { phrase: /\bcould not be found out\b/i, instead: '“could not be determined”' },
  { phrase: /\bwas not said\b/i, instead: '“there is no …”, “… is not known”' },
  { phrase: /\bat most so (often|many|much|long)\b/i, instead: '“maximum number of …”, “minimum interval between …”' },
  { phrase: /\bfor so long\b/i, instead: 'the unit: “… in ms”' },
  { phrase: /\bso many (bytes|tokens|lines|tests|characters|ms|seconds)\b/i, instead: '“number of …”' },
  {
    phrase: /(^|\* |\/\/ )Most (tokens|tasks|bytes|lines|characters|tests|files|steps|turns)\b/,
    instead: '“maximum number of …”',
  },
  { phrase: /\bare as before of\b/i, instead: 'what the state was before' },
  { phrase: /\bthat goes away\b/i, instead: '“that stops reading”, “that disconnects”' },
  { phrase: /\bgoes on where\b/i, instead: '“resumes”' },
  { phrase: /\bof which nothing\b/i, instead: '“none of which”' },
  { phrase: /\bif it repeats,/i, instead: '“if it happens again”' },
  { phrase: /\banew\b/i, instead: '“again”, or a verb with “re-”' },
  { phrase: /\bin the midst of\b/i, instead: '“in the middle of”' },
  { phrase: /\b(is|are|was|were) told again\b/i, instead: '“reported again”' },
  { phrase: /\b(what|whatever) (had ended|was told)\b/i, instead: '“what had finished”, “what was reported”' },
  { phrase: /\b(number|length|size|age) [^.]{0,30}from which on\b/i, instead: '“minimum number of …”' },
  { phrase: /\bdoes not tell(?=[.;,]| \*\/)/i, instead: '“does not say”' },
];

/** @returns every line of source or documentation that has a banned phrase */
export function phraseViolations(sources: readonly Source[]): Violation[] {
  const documents = globSync('{*.md,docs/*.md,training/**/*.md,package.nls*.json}').map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  }));
  return [...sources.filter(({ path }) => !exempt(path)), ...documents].flatMap(phrasesIn);
}

/** This file names the phrases; the changelog is history. */
function exempt(path: string): boolean {
  return path === 'tools/check/phrases.ts' || path.startsWith('test/unit/tools/check/');
}

export function phrasesIn({ path, text }: Pick<Source, 'path' | 'text'>): Violation[] {
  return text.split('\n').flatMap((content, at) =>
    banned
      .filter(({ phrase }) => phrase.test(content))
      .map(({ phrase, instead }) => ({
        path,
        line: at + 1,
        what: `“${phrase.exec(content)?.[0].trim()}” is not idiomatic English.`,
        remedy: `Write ${instead}.`,
      })),
  );
}
