import type { Problem, ProblemReading } from '../../../src/benchmarks/smallfix/problem.ts';
import { requestText } from '../../../src/benchmarks/smallfix/request.ts';
import { normalised } from '../../../src/benchmarks/smallfix/splits.ts';
import { pick, type Random } from '../../../src/shared/random.ts';

/** Synonyms, so that the model does not learn requests by heart. */
const synonyms: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Return\b/, ['Give back', 'Give', 'Get', 'I need', 'I want', 'Produce', 'Compute']],
  [/\breturn\b/, ['give back', 'give', 'produce']],
  [/^Work out\b/, ['Compute', 'Calculate', 'Determine', 'Return']],
  [/^Find\b/, ['Look for', 'Determine', 'Get', 'Return']],
  [/^Make\b/, ['Build', 'Create', 'Produce']],
  [/^Keep only\b/, ['Keep just', 'Leave only', 'Keep nothing but']],
  [/^Remove\b/, ['Delete', 'Take out', 'Drop']],
  [/^Take\b/, ['Get', 'Use']],
  [/^Sort\b/, ['Order', 'Put in order', 'Arrange']],
  [/^Count\b/, ['Tell the count of', 'Compute how many there are of']],
  [/^Change\b/, ['Turn', 'Convert']],
  [/\bthe sum of\b/, ['the total of', 'what you get by adding up']],
  [/\badd them up\b/, ['sum them', 'total them']],
  [/\blargest\b/, ['biggest', 'greatest', 'highest']],
  [/\bsmallest\b/, ['lowest', 'least']],
  [/\baverage\b/, ['mean']],
  [/\bwhole number\b/, ['integer']],
  [/\bletters\b/, ['characters']],
  [/\bletter\b/, ['character']],
  [/\bthe text\b/, ['the string', 'a text']],
  [/\bthe numbers\b/, ['all numbers', 'the given numbers', 'the values']],
  [/\bthe words\b/, ['all words', 'the given words']],
  [/\bthe list\b/, ['the array', 'the given list']],
  [/\bthe rows\b/, ['the objects', 'the given rows']],
  [/\beach\b/, ['every one']],
  [/\bevery\b/, ['each']],
  [/\bif\b/, ['when', 'in case']],
  [/\bbetween\b/, ['in between']],
  [/\bwithout\b/, ['but without', 'leaving out']],
  [/\bso many\b/, ['that many']],
  [/\bhow many\b/, ['what number of']],
  [/\bat the start\b/, ['at the beginning', 'in front']],
  [/\bat the end\b/, ['at the very end', 'at the back']],
];

/** Wordings around a whole request. */
const frames: readonly ((text: string) => string)[] = [
  (text) => `Please ${lowerFirst(text)}`,
  (text) => text.replace(/\.$/, ''),
  (text) => `The function should ${lowerFirst(text)}`,
  (text) => `It must ${lowerFirst(text)}`,
  (text) => `${text} That is all.`,
];

/** How often a request is reworded at all, and then how often each word that has synonyms. */
const reworded = 0.35;
const replaced = 0.5;
const framed = 0.2;

/** The wording of a request in training. `reading` adds a sentence that settles it. */
export function trainingRequest(
  problem: Problem,
  random: Random,
  options: { readonly reading?: ProblemReading } = {},
): string {
  const text = requestText(problem, random, options);
  if (random() >= reworded) return text;
  const own = problem.asks.slice(0, -1).find((ask) => text.includes(ask));
  if (own === undefined) return text;
  const other = text.replace(own, () => inOtherWords(own, problem, random));
  return saysHeldOut(other, problem) ? text : other;
}

function inOtherWords(ask: string, { names }: Problem, random: Random): string {
  let text = ask;
  for (const [pattern, others] of synonyms) {
    const found = pattern.exec(text)?.[0];
    // An argument's name is not a word of the sentence.
    if (found === undefined || names.args.some((name) => found.split(' ').includes(name))) continue;
    if (random() < replaced) text = text.replace(pattern, pick(random, others));
  }
  return random() < framed && /^[A-Z][a-z]+ /.test(text) ? pick(random, frames)(text) : text;
}

/** The result may happen to be the last wording, which is held out. */
function saysHeldOut(text: string, problem: Problem): boolean {
  return normalised(text).includes(normalised(problem.asks.at(-1)!));
}

function lowerFirst(text: string): string {
  return `${text[0]!.toLowerCase()}${text.slice(1)}`;
}
