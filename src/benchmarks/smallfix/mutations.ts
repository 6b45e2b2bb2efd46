import { type Random, shuffled } from '../../shared/random.ts';

type Slip = readonly [RegExp, string | ((match: string) => string)];

/** May be applied to the head of a loop, which still ends then. */
const safeSlips: readonly Slip[] = [
  [/ <= /g, ' < '],
  [/ < /g, ' <= '],
  [/ >= /g, ' > '],
  [/ > /g, ' >= '],
  [/\bi = 0\b/g, 'i = 1'],
];

/** Slips that people and models make, as replacements in the body of a function. */
const slips: readonly Slip[] = [
  [/ > /g, ' < '],
  [/ < /g, ' > '],
  [/ >= /g, ' < '],
  [/ <= /g, ' >= '],
  [/(?<![.\w'])\d+(?![\w'])/g, (digits) => `${Number(digits) + 1}`],
  [/(?<![.\w'])[1-9]\d*(?![\w'])/g, (digits) => `${Number(digits) - 1}`],
  [/\[(\w+)\]/g, '[$1 + 1]'],
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
  [/\.push\(/g, '.unshift('],
  [/\bfalse\b/g, 'true'],
  [/ \+= /g, ' = '],
  [/\b(\d+)(?= \?)/g, '0'],
  [/\.reverse\(\)/g, ''],
  [/\.join\(''\)/g, ".join(' ')"],
  [/\? (\w+) : (\w+)/g, '? $2 : $1'],
  [/\(0, (-?\w+)\)/g, '($1)'],
  [/\(-(\w+)\)/g, '($1)'],
  [/\breturn (\w+) \+ ('.')/g, 'return $2'],
  [/\(a\.(\w+) - b\.\1\)|\ba\.(\w+) - b\.\2/g, 'a - b'],
  [/\[\.\.\.(\w+)\]/g, '[$1]'],
];

/** With a slip, loops other than those that count up or down may never end. */
const counting = /^for \((?:const|let) .* of |; \w+(?:\+\+|--| [+-]= \w+)\)/;

/** Bodies with one slip each, in random order; none where a loop may then not end. */
export function mutations(random: Random, body: string): readonly string[] {
  const loops = body.match(/\b(?:for|while) \(.*|\bdo \{/g) ?? [];
  if (!loops.every((head) => counting.test(head))) return [];
  const found = new Set<string>();
  const apply = ([pattern, by]: Slip, inLoopHeads: boolean): void => {
    for (const match of body.matchAll(pattern)) {
      const line = body.slice(body.lastIndexOf('\n', match.index) + 1);
      if (!inLoopHeads && line.startsWith('for (')) continue;
      const once = new RegExp(pattern.source);
      const slipped = typeof by === 'string' ? match[0].replace(once, by) : by(match[0]);
      found.add(body.slice(0, match.index) + slipped + body.slice(match.index + match[0].length));
    }
  };
  for (const slip of safeSlips) apply(slip, true);
  for (const slip of slips) apply(slip, false);
  found.delete(body);
  return shuffled(random, [...found]);
}
