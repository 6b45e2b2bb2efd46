import assert from 'node:assert/strict';
import { decodeText } from '../../../../src/files/edits/decode.ts';
import { encode } from '../../../../src/files/edits/encode.ts';
import type { TextFile } from '../../../../src/files/edits/text-file.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { processorTime } from '../../../support/time.ts';

const decode = (bytes: Uint8Array): TextFile => {
  const file = decodeText('a.txt', bytes, 0o644);
  assert.ok(file);
  return file;
};
const utf16 = (text: string, big = false) => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

/** What lies on disk, and what the model sees. */
const files: Readonly<Record<string, { bytes: Uint8Array; encoding: string; text: string; ending: string }>> = {
  'line feeds': { bytes: Buffer.from('a\nb\n'), encoding: 'utf-8', text: 'a\nb\n', ending: '\n' },
  'carriage returns': { bytes: Buffer.from('a\r\nb\r\n'), encoding: 'utf-8', text: 'a\nb\n', ending: '\r\n' },
  'mixed endings': {
    bytes: Buffer.from('a\r\nb\nc\r\rd\r\n'),
    encoding: 'utf-8',
    text: 'a\nb\nc\n\nd\n',
    ending: '\r\n',
  },
  'no final newline': { bytes: Buffer.from('a\nb'), encoding: 'utf-8', text: 'a\nb', ending: '\n' },
  'a byte-order mark': { bytes: Buffer.from('\uFEFFé\r\n'), encoding: 'utf-8-bom', text: 'é\n', ending: '\r\n' },
  'UTF-16 LE': { bytes: utf16('é🙂\r\n'), encoding: 'utf-16le', text: 'é🙂\n', ending: '\r\n' },
  'UTF-16 BE': { bytes: utf16('é🙂\n', true), encoding: 'utf-16be', text: 'é🙂\n', ending: '\n' },
  'UTF-16 with half a pair': { bytes: utf16('a\uD800b'), encoding: 'utf-16le', text: 'a\uD800b', ending: '\n' },
  'Latin-1': {
    bytes: Buffer.from('caf\xe9 \x80\n', 'latin1'),
    encoding: 'latin1',
    text: 'caf\xe9 \x80\n',
    ending: '\n',
  },
  'an emoji': { bytes: Buffer.from('🙂'), encoding: 'utf-8', text: '🙂', ending: '\n' },
  nothing: { bytes: Buffer.from(''), encoding: 'utf-8', text: '', ending: '\n' },
  'a mark alone': { bytes: Buffer.from('\uFEFF'), encoding: 'utf-8-bom', text: '', ending: '\n' },
};

describe('reading a text file', () => {
  for (const [name, { bytes, ...expected }] of Object.entries(files)) {
    it(`understands ${name}, and writes it back byte for byte`, () => {
      const file = decode(bytes);
      assert.deepEqual({ encoding: file.encoding, text: file.text, ending: file.ending }, expected);
      assert.deepEqual(Buffer.from(encode(file, file.text)), Buffer.from(bytes));
    });
  }

  it('does not take binary data for text', () => {
    for (const bytes of [
      [0x7f, 0x45, 0x4c, 0x46, 0, 1],
      [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0],
      [0xff, 0xfe, 0x61],
      Array.from({ length: 200 }, (_, i) => (i % 7) + 1),
    ]) {
      assert.equal(decodeText('a', Uint8Array.from(bytes), 0), undefined);
    }
  });
});

describe('writing a text file', () => {
  const edited = (old: string | Uint8Array, text: string) =>
    Buffer.from(encode(decode(Buffer.from(old as string)), text)).toString();

  it('gives new lines the usual ending and keeps the endings of the others', () => {
    assert.equal(edited('a\r\nb\nc\r\n', 'a\nnew\nb\nc\n'), 'a\r\nnew\r\nb\nc\r\n');
    assert.equal(edited('a\nb\nc\r\n', 'b\nc\nnew\n'), 'b\nc\r\nnew\n');
    assert.equal(edited('a\r\nb\r\n', 'a\r\nB\r\n'), 'a\r\nB\r\n');
  });

  it('keeps the final newline, or its absence', () => {
    assert.equal(edited('a\n', 'b'), 'b\n');
    assert.equal(edited('a', 'b\n\n'), 'b');
    assert.equal(edited('a\r\nb', 'a\nb\nc\n'), 'a\r\nb\r\nc');
    assert.equal(edited('', 'a'), 'a');
    assert.equal(edited('a\n', ''), '');
  });

  it('keeps the byte-order mark and does not double it', () => {
    assert.equal(edited('\uFEFFa\n', 'b\n'), '\uFEFFb\n');
    assert.equal(edited('\uFEFFa\n', '\uFEFFb\n'), '\uFEFFb\n');
    assert.equal(edited('a\n', '\uFEFFb\n'), 'b\n');
  });

  it('says which character cannot be expressed, and where', () => {
    const latin1 = decode(Buffer.from('caf\xe9\n', 'latin1'));
    assert.deepEqual(encode(latin1, 'th\xe9\n'), Buffer.from('th\xe9\n', 'latin1'));
    for (const [file, text, character] of [
      [latin1, 'café\n// €\n', 'U+20AC'],
      [latin1, 'a\n🙂', 'U+1F642'],
      [decode(Buffer.from('a')), 'a\n\uD800', 'U+D800'],
      [decode(Buffer.from('a')), 'a\n\0', 'U+0000'],
    ] as const) {
      assert.throws(
        () => encode(file, text),
        (error) =>
          error instanceof RetuneError &&
          error.code === 'edits.not-encodable' &&
          error.data.character === character &&
          error.data.line === 2,
      );
    }
  });

  it('writes a change in a large file with mixed endings quickly', () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i}${i % 3 ? '\n' : '\r\n'}`);
    const file = decode(Buffer.from(lines.join('')));
    const texts = lines.map((line) => line.trimEnd());
    const rewritten = texts.map((line, i) => (i % 2 ? line : `${line} changed`));
    let written = '';
    const took = processorTime(() => {
      written = Buffer.from(encode(file, `${rewritten.join('\n')}\n`)).toString();
    });
    assert.ok(took < 3000, `${Math.round(took)} ms`);
    assert.ok(written.startsWith('line 0 changed\nline 1\nline 2 changed\nline 3\r\n'));
  });
});

describe('random edits', () => {
  /** A small generator with a fixed seed (mulberry32). */
  const random = (seed: number) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const endings = ['\n', '\r\n', '\r'];

  it('leave the bytes of every unchanged line as they are', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const next = random(seed);
      const int = (n: number) => Math.floor(next() * n);
      const pick = <T>(from: readonly T[]) => from[int(from.length)]!;
      const final = next() < 0.5;
      const old = Array.from({ length: 1 + int(30) }, (_, i) => ({
        text: `${' '.repeat(int(3))}line é ${i}`,
        ending: pick(endings),
      }));
      const raw = old.map(({ text, ending }, i) => (i === old.length - 1 && !final ? text : text + ending)).join('');
      const encoding = pick(['utf8', 'utf16', 'latin1'] as const);
      const toBytes = (text: string) => (encoding === 'utf16' ? utf16(text) : Buffer.from(text, encoding));
      const file = decode(toBytes(raw));

      const kept = old.filter(() => next() < 0.8);
      const lines: { text: string; ending?: string }[] = [...kept];
      for (let i = int(6); i > 0; i--) lines.splice(int(lines.length + 1), 0, { text: `new ${i} ü` });
      if (lines.length === 0) continue;
      const bytes = Buffer.from(encode(file, lines.map(({ text }) => text).join('\n') + (next() < 0.5 ? '\n' : '')));

      const decoded = decode(bytes);
      assert.equal(decoded.encoding, file.encoding);
      const written =
        encoding === 'utf16' ? bytes.subarray(2).toString('utf16le') : bytes.toString(encoding as BufferEncoding);
      const found = written.match(/[^\r\n]+(?:\r\n|\n|\r|$)/g) ?? [];
      assert.equal(found.length, lines.length, `seed ${seed}`);
      found.forEach((line, i) => {
        const last = i === found.length - 1;
        const ownEnding = lines[i]!.ending ?? file.ending;
        const wasLast = lines[i] === old.at(-1) && !final;
        const ending = last ? (final ? ownEnding : '') : wasLast ? file.ending : ownEnding;
        // The line that becomes the last is completed with the usual ending, whatever it had.
        const allowed = last && final ? [ending, file.ending] : [ending];
        assert.ok(
          allowed.includes(line.slice(lines[i]!.text.length)),
          `seed ${seed}, line ${i}: ${JSON.stringify(line)}`,
        );
        assert.ok(line.startsWith(lines[i]!.text));
      });
    }
  });
});
