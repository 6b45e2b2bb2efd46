import { type Family, family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, type Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';

/** Requests and a body, which may contain $k and the lists $a and $b. */
type Entry = readonly [asks: string, body: string];

/** A text with its $a, $b and $k in place. $o is $k as an ordinal; §{ opens a placeholder in a template of the body. */
const filledIn = (text: string, a: readonly string[], k: number): string => {
  const values: Readonly<Record<string, string>> = {
    a: a[0]!,
    b: a[1] ?? a[0]!,
    k: `${k}`,
    o: `${k}${['th', 'st', 'nd', 'rd'][k] ?? 'th'}`,
  };
  return text.replace(/\$([abko])/g, (_, key: string) => values[key]!).replaceAll('§{', '$$' + '{');
};

/** A family of different functions with one number in them. */
export function catalogue(
  id: string,
  names: string,
  args: readonly (readonly string[])[],
  entries: readonly Entry[],
  inputs: (r: Random, k: number) => Inputs,
): Family {
  return family<readonly [number, number]>('embedded', id, {
    names: names.split(' '),
    args,
    params: (r) => [integer(r, 0, entries.length - 1), integer(r, 2, 6)],
    make: ({ a, p: [index, k], r }) => {
      const [asks, body] = entries[index]!;
      return { asks: filledIn(asks, a, k).split('|'), readings: { only: filledIn(body, a, k) }, inputs: inputs(r, k) };
    },
  });
}
