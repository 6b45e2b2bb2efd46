import assert from 'node:assert/strict';
import { HeadAndTail } from '../../../../src/shared/process/head-and-tail.ts';

function of(limit: number, pieces: readonly string[]): HeadAndTail {
  const kept = new HeadAndTail(limit);
  for (const piece of pieces) kept.push(piece);
  return kept;
}

describe('head and tail of a long text', () => {
  const text = Array.from({ length: 40 }, (_, index) => String.fromCharCode(65 + index)).join('');

  for (const size of [1, 3, 7, 40]) {
    const pieces = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];

    it(`keeps both ends of what comes in pieces of ${size}`, () => {
      const kept = of(16, pieces);
      assert.equal(kept.omitted, 24);
      assert.equal(kept.text(), `${text.slice(0, 4)}\n[… 24 characters left out …]\n${text.slice(-12)}`);
    });

    it(`keeps all that just fits, in pieces of ${size}`, () => {
      const kept = of(40, pieces);
      assert.equal(kept.omitted, 0);
      assert.equal(kept.text(), text);
      assert.equal(of(39, pieces).omitted, 1);
    });
  }
});
