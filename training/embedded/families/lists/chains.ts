import { type Family, family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import { listArgs } from '../shared/arguments.ts';
import { capitals } from '../shared/capitals.ts';
import { cycled } from '../shared/cycled.ts';
import { numberLists } from '../shared/number-lists.ts';
import { drawParts, type NumberParts } from '../shared/number-parts.ts';
import { withNumberName } from '../shared/parts-text.ts';
import { folded } from './folded.ts';
import { reshaped } from './reshaped.ts';

/** A family for a table of requests, in one style of code. */
function piped(id: string, names: string, table: typeof reshaped, style: 'chain' | 'loop', weight: number): Family {
  return family<readonly [NumberParts, number]>('embedded', id, {
    names: names.split(' '),
    args: listArgs,
    weight,
    params: drawParts,
    make: ({ a: [a], p: [part, index], r }) => {
      const [asks, chain, loop] = cycled(table(a!, part), index);
      const [plain, other, last] = asks.split('|') as [string, string, string];
      const [many, single] = pick(r, [
        ['values', 'value'],
        ['entries', 'entry'],
        ['items', 'item'],
      ]) as [string, string];
      const reworded = (ask: string) => ask.replaceAll('numbers', many).replaceAll('number', single);
      const loopWords = pick(r, ['Use a loop', 'Loop over the list', 'Go through the list']);
      const looped =
        style === 'loop' ? `${loopWords}: ${other.charAt(0).toLowerCase()}${other.slice(1)}` : reworded(other);
      return {
        asks: capitals([plain, other, reworded(plain), looped, last]),
        readings: { only: withNumberName(part.v, style === 'loop' ? loop : chain) },
        inputs: numberLists(r, part.k),
      };
    },
  });
}

/** Both tables, each with the methods of lists and with loops. */
export const listChains: readonly Family[] = [
  piped('line-chain', 'refine selection prepare newList worked changed', reshaped, 'chain', 2),
  piped('line-loop', 'collect gather passOver built walk sweep', reshaped, 'loop', 1.5),
  piped('line-answer', 'evaluate answer inspect overall examine tell', folded, 'chain', 2),
  piped('line-scan', 'scan check compute reckon tally lookThrough', folded, 'loop', 1.5),
];
