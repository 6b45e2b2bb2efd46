import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { textArgs, textGroup } from './arguments.ts';
import { letters } from './marks.ts';
import { finalSteps, middleSteps, textStep } from './steps.ts';
import { fittingWords } from './word-inputs.ts';

type StepParams = readonly [string, string, number, string, string];

/** Two steps on a text, one after another. */
export const twoSteps = family<StepParams>(textGroup, 'tp-steps', {
  names: ['process', 'normalise', 'transformText', 'tidy', 'convert', 'rewrite', 'twoSteps', 'adapt'],
  args: textArgs,
  weight: 1.5,
  params: (r) => {
    const first = pick(r, middleSteps);
    return [
      first,
      pick(
        r,
        finalSteps.filter((other) => other !== first),
      ),
      integer(r, 2, 4),
      pick(r, letters),
      pick(r, ['x', '+', '!', '_', 'y', '#']),
    ];
  },
  make: ({ a: [text], p: [one, two, k, c, d], r }) => {
    const build = (first: string, second: string): string => {
      const inner = textStep(first, k, c, d, text!)[1];
      return `const result = ${inner};\nreturn ${textStep(second, k, c, d, 'result')[1]};`;
    };
    const simple = ['trim', 'upper', 'lower', 'spaces', 'dashes', 'squeeze', 'replace', 'remove', 'start', 'behead'];
    const body =
      simple.includes(one) && !['capitalise', 'same', 'palindrome'].includes(two) && r() < 0.7
        ? `return ${textStep(two, k, c, d, textStep(one, k, c, d, text!)[1])[1]};`
        : build(one, two);
    const [first] = textStep(one, k, c, d, text!);
    const [second] = textStep(two, k, c, d, text!);
    const about = first.replace(/\b(it|its)\b/, (word) => (word === 'it' ? 'the text' : "the text's"));
    const spaced = fittingWords(r, 4, c, 6);
    return {
      asks: [
        `${capital(about)}, then ${second}.`,
        `Take a text: first ${first}, then ${second}.`,
        `${capital(about)} and after that ${second}.`,
        `With the given text: ${first}; then ${second}.`,
        `Do two things with the text: ${first}, and ${second}.`,
      ],
      readings: { only: body },
      bugs: [
        `return ${textStep(one, k, c, d, text!)[1]};`,
        `return ${textStep(two, k, c, d, text!)[1]};`,
        ...(middleSteps.includes(two) ? [build(two, one)] : []),
      ],
      inputs: [
        [' '],
        [`${c}${c}`],
        [` ${spaced[0]} `],
        [`${spaced[1]}  ${spaced[2]}`],
        [`  ${c}${spaced[2]}`],
        [`${c}${spaced[4]}${c}`],
        [`${spaced[3]} ${c} ${spaced[4]}`],
        [capital(spaced[5]!)],
        [`${spaced[0]} ${spaced[1]} ${spaced[2]}`],
        [`${spaced[3]}${[...spaced[3]!].reverse().join('')}`],
      ],
    };
  },
});
