import { styleText } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import { terminalText } from '../../terminal-text.ts';

/**
 * A unified diff of one file for a terminal; '' when the texts are equal. Colours follow the stream (`NO_COLOR`, no
 * terminal), and control characters of either text cannot drive it.
 */
export function diffText(path: string, before: string, after: string, stream: NodeJS.WriteStream): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(path, path, before, after, '', '', { context: 3 });
  // Above the file names the package writes a heading of its own.
  const lines = patch.slice(patch.indexOf('--- ')).replace(/\n$/, '').split('\n');
  return lines.map((line) => paint(terminalText(line), stream)).join('\n');
}

const styles: readonly (readonly [string, Parameters<typeof styleText>[0]])[] = [
  ['---', 'bold'],
  ['+++', 'bold'],
  ['@@', 'cyan'],
  ['+', 'green'],
  ['-', 'red'],
];

function paint(line: string, stream: NodeJS.WriteStream): string {
  const style = styles.find(([start]) => line.startsWith(start));
  return style === undefined ? line : styleText(style[1], line, { stream, validateStream: true });
}
