import { isUtf8 } from 'node:buffer';
import { byteOrderMarks, type Encoding } from './encoding.ts';
import { sha256Of } from './sha256.ts';
import type { LineEnding, TextFile } from './text-file.ts';

/** @returns undefined when the bytes are not text: they have NUL characters, or many other control characters */
export function decodeText(path: string, bytes: Uint8Array, mode: number): TextFile | undefined {
  const encoding = encodingOf(bytes);
  const raw = encoding && characters(bytes, encoding);
  if (!encoding || raw === undefined || looksBinary(raw)) return undefined;
  return { path, encoding, mode, sha256: sha256Of(bytes), ...withoutEndings(raw) };
}

/** Without a mark, UTF-16 cannot be distinguished safely from binary data; its NUL bytes then make it binary. */
function encodingOf(bytes: Uint8Array): Encoding | undefined {
  const startsWith = (mark: readonly number[]) => mark.every((byte, i) => bytes[i] === byte);
  if (startsWith([0xff, 0xfe, 0, 0])) return undefined; // UTF-32
  if (startsWith(byteOrderMarks['utf-16le'])) return bytes.length % 2 === 0 ? 'utf-16le' : undefined;
  if (startsWith(byteOrderMarks['utf-16be'])) return bytes.length % 2 === 0 ? 'utf-16be' : undefined;
  if (!isUtf8(bytes)) return 'latin1';
  return startsWith(byteOrderMarks['utf-8-bom']) ? 'utf-8-bom' : 'utf-8';
}

function characters(bytes: Uint8Array, encoding: Encoding): string {
  const content = Buffer.from(bytes.subarray(byteOrderMarks[encoding].length));
  switch (encoding) {
    case 'latin1':
      return content.toString('latin1');
    case 'utf-16le':
      return content.toString('utf16le');
    case 'utf-16be':
      return content.swap16().toString('utf16le');
    default:
      return content.toString('utf8');
  }
}

function looksBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  const controls = text.match(/[\x01-\x07\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
  return controls > 8 && controls > text.length / 100;
}

function withoutEndings(raw: string): Pick<TextFile, 'text' | 'ending' | 'endings'> {
  const endings = (raw.match(/\r\n|\n|\r/g) ?? []) as LineEnding[];
  const ending = mostFrequent(endings);
  const text = raw.includes('\r') ? raw.replace(/\r\n|\r/g, '\n') : raw;
  return endings.every((one) => one === ending) ? { text, ending } : { text, ending, endings };
}

/** In case of a tie, the one that comes first in the file. */
function mostFrequent(endings: readonly LineEnding[]): LineEnding {
  const counts = new Map<LineEnding, number>();
  for (const ending of endings) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  let best: LineEnding = '\n';
  for (const [ending, count] of counts) if (count > (counts.get(best) ?? 0)) best = ending;
  return best;
}
