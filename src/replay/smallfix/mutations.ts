import { type Random, shuffled } from '../../shared/random.ts';

/** Slips that people and models make, as replacements in the body of a function. */
const slips: readonly (readonly [RegExp, string])[] = [
  [/ > /g, ' < '],
  [/ < /g, ' > '],
  [/ >= /g, ' < '],
  [/ <= /g, ' < '],
  [/ < /g, ' <= '],
  [/ \+ 1\b/g, ''],
  [/ - 1\b/g, ''],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' + '],
  [/ \/ /g, ' * '],
  [/ % /g, ' / '],
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/, 0\)/g, ', 1)'],
  [/\(0, /g, '(1, '],
  [/= 0;/g, '= 1;'],
  [/\bslice\(1\)/g, 'slice()'],
  [/\[0\]/g, '[1]'],
  [/\.at\(-1\)/g, '.at(0)'],
  [/ \?\? null/g, ''],
  [/\.length;/g, ';'],
  [/\.filter\(/g, '.map('],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/\.find\(/g, '.findLast('],
  [/\.findLast\(/g, '.find('],
  [/\.find\(/g, '.filter('],
  [/\.findIndex\(/g, '.findLastIndex('],
  [/toUpperCase/g, 'toLowerCase'],
  [/toLowerCase/g, 'toUpperCase'],
  [/\.toLowerCase\(\)/g, ''],
  [/padStart/g, 'padEnd'],
  [/padEnd/g, 'padStart'],
  [/startsWith/g, 'endsWith'],
  [/endsWith/g, 'startsWith'],
  [/Math\.max/g, 'Math.min'],
  [/Math\.min/g, 'Math.max'],
  [/Math\.(?:floor|ceil|round)\(/g, '('],
  [/\bi = 0\b/g, 'i = 1'],
  [/\.push\(/g, '.unshift('],
  [/\bfalse\b/g, 'true'],
  [/ \+= /g, ' = '],
  [/\b(\d+)(?= \?)/g, '0'],
  [/\.reverse\(\)/g, ''],
  [/\.join\(''\)/g, ".join(' ')"],
];

/** Bodies with one slip each, in random order. */
export function mutations(random: Random, body: string): readonly string[] {
  const found = new Set<string>();
  for (const [pattern, by] of slips) {
    for (const match of body.matchAll(pattern)) {
      found.add(body.slice(0, match.index) + by + body.slice(match.index + match[0].length));
    }
  }
  found.delete(body);
  return shuffled(random, [...found]);
}
