import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capitals } from '../shared/capitals.ts';
import { cycled } from '../shared/cycled.ts';
import { drawParts, type NumberParts } from '../shared/number-parts.ts';
import { withNumberName, withObject } from '../shared/parts-text.ts';

/** One of two answers, by a property of a number. */
export const numberBranch = family<readonly [NumberParts, number, number, string, string]>(
  'embedded',
  'number-branch',
  {
    names: ['adjust', 'react', 'decide', 'resolve', 'handle', 'tweak'],
    args: [['n'], ['value'], ['number'], ['amount'], ['x']],
    params: (r) => {
      const [part, seed] = drawParts(r);
      let [other] = drawParts(r);
      while (other.verb === part.verb) [other] = drawParts(r);
      return [part, seed, integer(r, 0, 3), other.verb, other.expr] as const;
    },
    make: ({ a: [a], p: [{ is, test, verb, expr, k }, , form, verb2, expr2], r }) => {
      const [V, W] = [withObject(verb, 'it'), withObject(verb2, 'it')];
      const labels = pick(r, [
        ['yes', 'no'],
        ['high', 'low'],
        ['in', 'out'],
        ['ok', 'bad'],
      ]) as [string, string];
      const [asks, body] = cycled<readonly [string, string]>(
        [
          [
            `If the number is ${is}, ${V}; otherwise ${W}.|${V} if it is ${is}, else ${W}.|When it is ${is}, ${V}, and if not, ${W}.|${W}, but if it is ${is}, ${V} instead.`,
            `return ${test} ? ${expr} : ${expr2};`,
          ],
          [
            `If it is ${is}, ${V}; leave it otherwise.|${V} if it is ${is}, else return it as it is.|Only when it is ${is}: ${V}.|Return it, but ${V} when it is ${is}.`,
            `if (${test}) return ${expr};\nreturn n;`,
          ],
          [
            `"${labels[0]}" if it is ${is}, else "${labels[1]}".|Say "${labels[0]}" when it is ${is}, otherwise "${labels[1]}".|Is it ${is}? Then "${labels[0]}", if not "${labels[1]}".|Return "${labels[1]}" unless it is ${is}, then "${labels[0]}".`,
            `return ${test} ? '${labels[0]}' : '${labels[1]}';`,
          ],
          [
            `0 if it is ${is}; otherwise ${W}.|${W}, but return 0 if it is ${is}.|When it is ${is} return 0, else ${W}.|Return 0 for a number that is ${is}; else ${W}.`,
            `if (${test}) {\n  return 0;\n} else {\n  return ${expr2};\n}`,
          ],
        ],
        form,
      );
      return {
        asks: capitals(asks.split('|')),
        readings: { only: withNumberName(a!, body) },
        inputs: [
          ...[0, 1, 4, k, -k, k + 1, k - 1, 2 * k, 10 + k, 25].map((n) => [n]),
          ...numbers(r, 3, -9, 30).map((n) => [n]),
        ],
      };
    },
  },
);
