import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick, type Random } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import type { Inputs } from '../shared/inputs.ts';
import { textArgs, textGroup } from './arguments.ts';
import { charAction, charActions } from './char-actions.ts';
import { charKinds } from './char-kinds.ts';

/** Texts with and without characters of the kind. */
function charTexts(r: Random, which: string, c: string): Inputs {
  const own: Readonly<Record<string, string>> = {
    vowel: 'aeiou',
    digit: '0123456789',
    capital: 'BKTWZ',
    small: 'aekrty',
    space: '   ',
    mark: '.,!?',
    letter: c,
  };
  const mine = [...own[which]!];
  const any = [...`aeioubkmrtBKTWZ 27,.!${c}`];
  const drawn = Array.from({ length: 7 }, () =>
    Array.from({ length: integer(r, 2, 8) }, () => pick(r, r() < 0.4 ? mine : any)).join(''),
  );
  const pure = Array.from({ length: 3 }, () => pick(r, mine)).join('');
  return [[''], [pure], [`#${pure}`], [`${pick(r, mine)}#`], ['#-#'], ...drawn.map((text) => [text])];
}

type CharParams = readonly [string, string, string, string, boolean];

/** A request about one kind of characters of a text. */
export const characters = family<CharParams>(textGroup, 'tp-characters', {
  names: ['scan', 'checkChars', 'treat', 'inspectText', 'filterChars', 'clean', 'examine', 'rework'],
  args: textArgs,
  weight: 1.5,
  params: (r) => [
    pick(r, charKinds),
    pick(r, charActions),
    pick(r, [...'bklmrtxw']),
    pick(r, ['*', '#', '_', '?', '.']),
    r() < 0.5,
  ],
  make: ({ a: [text], p: [which, action, c, m, byRegex], r }) => {
    const [ask, regex, plain] = charAction(action, text!, which, c, m);
    const other = charKinds[(charKinds.indexOf(which) + 2) % charKinds.length]!;
    const near = charActions[(charActions.indexOf(action) + 1) % charActions.length]!;
    const noun = text === 's' || text === 'source' ? 'string' : text!;
    return {
      asks: [
        `${capital(ask)}.`,
        ask.includes('the text') ? `I have a ${noun}: ${ask}.` : `In the ${noun}, ${ask}.`,
        `Given a text, ${ask}.`,
        `The function should ${ask}.`,
        `Please ${ask}.`,
      ],
      readings: { only: byRegex ? regex : plain },
      bugs: [
        charAction(action, text!, other, c, m)[byRegex ? 1 : 2],
        charAction(near, text!, which, c, m)[1],
        ...(byRegex ? [regex.replace('/g', '/').replace('matchAll', 'match')] : []),
      ],
      inputs: charTexts(r, which, c),
    };
  },
});
