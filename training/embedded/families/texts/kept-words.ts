import { type Draft, type Family, family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick, type Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { textArgs, textGroup, wordListArgs } from './arguments.ts';
import { letters, separators } from './marks.ts';
import { wordChange, wordChanges } from './word-changes.ts';
import { wordFilter, wordFilters } from './word-filters.ts';
import { sentences, wordLists } from './word-inputs.ts';

const joined = ['list', 'text', 'letters', 'once', 'sorted', 'firstOne', 'lastOne', 'longest'] as const;

type JoinWord = (typeof joined)[number];

type KeptParams = readonly [string, string, JoinWord, string, number, string, string];

function keptDraft(source: string, [which, change, how, sep, k, c, style]: KeptParams, inputs: Inputs): Draft {
  const [what, yes] = wordFilter(which, k, c);
  const [verb, value] = wordChange(change, k - 1, c);
  const chain = (condition: string, changed: string): string =>
    `${source}.filter((word) => ${condition}).map((word) => ${changed})`;
  const ends: Readonly<Record<JoinWord, readonly [string, (list: string) => string]>> = {
    list: ['return the list', (list) => `return ${list};`],
    text: [`join them with '${sep}'`, (list) => `return ${list}.join('${sep}');`],
    letters: ['return the total length', (list) => `return ${list}.join('').length;`],
    once: ['return each only once', (list) => `return [...new Set(${list})];`],
    sorted: ['sort the results', (list) => `return ${list}.sort();`],
    firstOne: ['return the first or null', (list) => `return ${list}[0] ?? null;`],
    lastOne: ['return the last or null', (list) => `return ${list}.at(-1) ?? null;`],
    longest: [
      'return the greatest length, or 0',
      (list) => `const results = ${list};\nreturn Math.max(0, ...results.map((result) => result.length));`,
    ],
  };
  const [end, build] = ends[how];
  const loop = (condition: string, changed: string): string =>
    `const result = [];\nfor (const word of ${source}) {\n  if (${condition}) result.push(${changed});\n}\n${build('result').replace('const results = result;\n', '').replace('results.map((result)', 'result.map((word)').replace('result.length)', 'word.length)')}`;
  const body = style === 'loop' && how !== 'longest' ? loop(yes, value) : build(chain(yes, value));
  const [, wrongYes] = wordFilter(wordFilters[(wordFilters.indexOf(which) + 5) % wordFilters.length]!, k, c);
  const [, wrongValue] = wordChange(wordChanges[(wordChanges.indexOf(change) + 7) % wordChanges.length]!, k, c);
  return {
    asks: [
      `Take the ${what}, ${verb} each, and ${end}.`,
      `Of the ${what} ${verb} each one, then ${end}.`,
      `Only the ${what}: ${verb} each and ${end}.`,
      `Pick the ${what}; ${verb} each; ${end}.`,
      `Find the ${what}, ${verb} each of them and ${end}.`,
    ],
    readings: { only: body },
    bugs: [
      build(chain(wrongYes, value)),
      build(chain(yes, wrongValue)),
      build(`${source}.map((word) => ${value})`),
      build(`${source}.filter((word) => ${yes})`),
    ],
    inputs,
  };
}

const keptParams = (r: Random): KeptParams => [
  pick(r, wordFilters),
  pick(r, wordChanges),
  pick(r, joined),
  pick(r, separators),
  integer(r, 3, 5),
  pick(r, letters),
  pick(r, ['chain', 'chain', 'loop']),
];

/** Words with a property, changed, and returned in some way: of a list, of a text. */
export const keptWords: readonly Family[] = [
  family<KeptParams>(textGroup, 'tp-kept-words', {
    names: ['pickWords', 'selectWords', 'prepareWords', 'convertWords', 'buildList', 'collect', 'keepAndChange'],
    args: wordListArgs,
    params: keptParams,
    make: ({ a: [list], p, r }) => keptDraft(list!, p, wordLists(r, p[4], p[5])),
  }),
  family<KeptParams>(textGroup, 'tp-kept-text', {
    names: ['fromText', 'wordsOf', 'handleText', 'digest', 'extractWords', 'summarise', 'convertText'],
    args: textArgs,
    params: keptParams,
    make: ({ a: [text], p, r }) => {
      const draft = keptDraft(`${text}.split(' ')`, p, sentences(r, p[4], p[5]));
      const noun = text === 's' || text === 'source' ? 'string' : text!;
      return { ...draft, asks: draft.asks.map((ask) => ask.replace('words', `words of the ${noun}`)) };
    },
  }),
];
