import assert from 'node:assert/strict';
import {
  byteLevelBytes,
  byteToken,
  decodeByteLevel,
  sentencePieceBytes,
} from '../../../../src/engine/tokenizer/byte-alphabet.ts';

describe('byte alphabets', () => {
  it('maps the 256 characters of GPT-2 to 256 bytes', () => {
    // From the published definition: printable Latin-1 stands for itself, the rest follows from U+0100 in order.
    assert.deepEqual([...byteLevelBytes('!~¡¬®ÿ')], [0x21, 0x7e, 0xa1, 0xac, 0xae, 0xff]);
    assert.deepEqual([...byteLevelBytes('ĀĠĊĉčġĢŀŁŃ')], [0x00, 0x20, 0x0a, 0x09, 0x0d, 0x7f, 0x80, 0x9e, 0x9f, 0xad]);
    const all = Array.from({ length: 0x144 }, (_, code) => byteLevelBytes(String.fromCharCode(code)));
    const single = all.flatMap((bytes, code) => (bytes.length === 1 && (code > 0x20 || code === 0) ? [bytes[0]] : []));
    assert.equal(new Set(single).size, 256);
  });

  it('takes text outside the alphabet as it is', () => {
    assert.equal(decodeByteLevel(['<｜end▁of▁sentence｜>', 'Ġok']), '<｜end▁of▁sentence｜> ok');
  });

  it('reads SentencePiece bytes and spaces', () => {
    assert.deepEqual([...sentencePieceBytes('<0xE5>')], [0xe5]);
    assert.equal(Buffer.from(sentencePieceBytes('▁a▁')).toString(), ' a ');
    assert.equal(byteToken('<0xE5>x'), undefined);
    assert.equal(byteToken('<0x0a>'), 10);
  });
});
