import { byteOrderMarks, type Encoding } from './encoding.ts';
import { notEncodable } from './errors.ts';
import { conformIndentation } from './indentation.ts';
import { matchLines } from './line-diff.ts';
import type { TextFile } from './text-file.ts';

/**
 * The bytes of a file with a new text. Unchanged lines keep their bytes; new lines get the file's usual ending and
 * indentation; encoding, byte-order mark and the final newline, or its absence, are preserved.
 * @param newText with line feeds; other line endings are accepted
 * @throws RetuneError `edits.not-encodable`
 */
export function encode(file: TextFile, newText: string): Uint8Array {
  const text = conform(file, newText);
  const raw = withEndings(file, text);
  for (const { problem, encodings } of inexpressible) {
    const found = encodings.includes(file.encoding) ? problem.exec(text) : null;
    if (found) throw notEncodable(file.path, file.encoding, found[0], lineOf(text, found.index));
  }
  return Buffer.concat([Buffer.from(byteOrderMarks[file.encoding]), bytesOf(raw, file.encoding)]);
}

/** The text that `encode` writes, with line feeds: its final newline and indentation follow the file. */
function conform(file: TextFile, newText: string): string {
  const plain = newText.replace(/^\uFEFF/, '').replace(/\r\n|\r/g, '\n');
  const text = conformIndentation(file.text.split('\n'), plain.split('\n')).join('\n');
  if (text === '' || file.text === '') return text;
  if (!file.text.endsWith('\n')) return text.replace(/\n+$/, '');
  return text.endsWith('\n') ? text : `${text}\n`;
}

function withEndings(file: TextFile, text: string): string {
  if (file.endings === undefined) return file.ending === '\n' ? text : text.replaceAll('\n', file.ending);
  const newLines = text.split('\n');
  const match = matchLines(file.text.split('\n'), newLines);
  return newLines
    .map((line, i) => (i === newLines.length - 1 ? line : line + (file.endings?.[match[i]!] ?? file.ending)))
    .join('');
}

const all: readonly Encoding[] = ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'latin1'];
const inexpressible: readonly { readonly problem: RegExp; readonly encodings: readonly Encoding[] }[] = [
  { problem: /\0/, encodings: all },
  { problem: /\p{Surrogate}/u, encodings: ['utf-8', 'utf-8-bom'] },
  { problem: /[^\0-\xff]/u, encodings: ['latin1'] },
];

function bytesOf(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'latin1':
      return Buffer.from(text, 'latin1');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    default:
      return Buffer.from(text, 'utf8');
  }
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
