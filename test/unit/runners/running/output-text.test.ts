import assert from 'node:assert/strict';
import { endOf, plainText } from '../../../../src/runners/running/output-text.ts';

describe('output as plain text', () => {
  for (const [what, text, plain] of [
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['cursor movements', 'a\u001b[2K\u001b[1Gb', 'ab'],
    ['titles', '\u001b]0;title\u0007text\u001b]8;;http://x\u001b\\link', 'textlink'],
    ['a title without an end', '\u001b]0;title\ntext', '\ntext'],
    ['an escape cut off at the end', 'text\u001b[', 'text'],
    ['8-bit sequences', '\u009b31mred', 'red'],
    ['overwritten lines', '10 %\r50 %\rdone\nnext', 'done\nnext'],
    ['line ends of Windows', 'a\r\nb\r\n', 'a\nb\n'],
    ['controls and bidirectional marks', 'a\u0000b\u0007c\u202ed\te', 'abcd\te'],
    ['letters of all kinds', 'naïve 日本 🙂', 'naïve 日本 🙂'],
  ] as const) {
    it(what, () => assert.equal(plainText(text), plain));
  }

  it('the end begins with a line where that is near', () => {
    assert.equal(endOf('short\n\n', 100), 'short');
    assert.equal(endOf('first line\nsecond line\nthird', 20), '…\nsecond line\nthird');
    assert.equal(endOf('x'.repeat(30), 10), `…\n${'x'.repeat(10)}`);
  });
});
