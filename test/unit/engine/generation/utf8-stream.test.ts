import assert from 'node:assert/strict';
import { Rng } from '../../../../src/engine/generation/rng.ts';
import { Utf8Stream } from '../../../../src/engine/generation/utf8-stream.ts';
import { endOfText, marker, ToyTokenizer } from './toy-tokenizer.ts';

const tokenizer = new ToyTokenizer();

function pieces(tokens: readonly number[]): string[] {
  const stream = new Utf8Stream(tokenizer);
  return [...tokens.map((token) => stream.push(token)), stream.end()];
}

describe('utf8 stream', () => {
  it('holds back an emoji of four tokens until the last of them', () => {
    assert.deepEqual(pieces([65, 0xf0, 0x9f, 0x98, 0x80, 66]), ['A', '', '', '', '😀', 'B', '']);
  });

  it('gives no text for special tokens and for ids beyond the tokenizer, also inside a code point', () => {
    assert.deepEqual(pieces([endOfText, 0xc3, marker, 299, 0xa9]), ['', '', '', '', 'é', '']);
  });

  it('ends an unfinished code point with U+FFFD', () => {
    assert.deepEqual(pieces([0xe6, 0x97]), ['', '', '\ufffd']);
    assert.deepEqual(pieces([0xe6, 65]), ['', '\ufffdA', '']);
  });

  it('keeps a byte order mark', () => {
    assert.equal(pieces([0xef, 0xbb, 0xbf, 65]).join(''), '\ufeffA');
  });

  it('equals TextDecoder on the whole, for valid and for random bytes', () => {
    const rng = Rng.fromSeed(9);
    const bytes = Array.from({ length: 5000 }, () => {
      const kind = rng.next();
      return Math.floor(
        kind < 0.5 ? rng.next() * 256 : kind < 0.8 ? 0x80 + rng.next() * 0x40 : 0xe0 + rng.next() * 0x18,
      );
    });
    for (const tokens of [bytes, [...Buffer.from('aé日本😀\u{10ffff}'.repeat(20))]]) {
      const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(tokens));
      assert.equal(pieces(tokens).join(''), whole);
    }
  });
});
