import { pick, type Random } from '../../../src/shared/random.ts';

/** Slips of a small model: text is cut, doubled or lost. The result rarely parses. */
const slips: readonly ((text: string, random: Random) => string)[] = [
  (text) => text.replace(/\}\n$/, ''),
  (text) => text.replace(/\);\n/, ';\n'),
  (text) => text.replace(/ => /, ' '),
  (text) => text.replace(/\) \{/, ' {'),
  (text) => text.replace(/;\n\}/, '\n}}'),
  (text, random) => {
    const lines = text.split('\n');
    const at = 1 + Math.floor(random() * Math.max(1, lines.length - 3));
    return [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n');
  },
];

export function brokenSource(text: string, random: Random): string {
  return pick(random, slips)(text, random);
}
