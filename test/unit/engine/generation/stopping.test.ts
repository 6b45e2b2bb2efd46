import assert from 'node:assert/strict';
import { Rng } from '../../../../src/engine/generation/rng.ts';
import { StopStrings } from '../../../../src/engine/generation/stopping.ts';

function feed(stops: readonly string[], pieces: readonly string[]) {
  const stream = new StopStrings(stops);
  const texts: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = stream.push(piece);
    texts.push(text);
    if (stopped) return { texts, stopped };
  }
  texts.push(stream.end());
  return { texts, stopped: false };
}

/** The definition, one character after the other. */
function reference(stops: readonly string[], text: string): { text: string; stopped: boolean } {
  for (let end = 1; end <= text.length; end++) {
    const ends = stops.filter((stop) => text.slice(0, end).endsWith(stop)).map((stop) => stop.length);
    if (ends.length > 0) return { text: text.slice(0, end - Math.max(...ends)), stopped: true };
  }
  return { text, stopped: false };
}

describe('stop strings', () => {
  it('holds back only what may become a stop string', () => {
    assert.deepEqual(feed(['</answer>'], ['x <', '/ans', 'wer', '> y']), { texts: ['x ', '', '', ''], stopped: true });
    assert.deepEqual(feed(['</answer>'], ['x <', '/b', '> y', '<']), {
      texts: ['x ', '</b', '> y', '', '<'],
      stopped: false,
    });
  });

  it('finds a stop string whose beginning repeats itself', () => {
    assert.deepEqual(feed(['ababac'], ['ab', 'ab', 'ab', 'ac', 'd']), { texts: ['', '', 'ab', ''], stopped: true });
    assert.deepEqual(feed(['aab'], ['a', 'a', 'a', 'b']), { texts: ['', '', 'a', ''], stopped: true });
  });

  it('lets the stop string win that is complete first, then the longer one', () => {
    assert.deepEqual(feed(['cd', 'b'], ['abcd']), { texts: ['a'], stopped: true });
    assert.deepEqual(feed(['c', 'bc'], ['abc']), { texts: ['a'], stopped: true });
    assert.deepEqual(feed(['abcd', 'bc'], ['abcd']), { texts: ['a'], stopped: true });
    assert.deepEqual(feed(['abcd', 'bc'], ['a', 'b', 'c', 'd']), { texts: ['', '', 'a'], stopped: true });
  });

  it('gives what is held back at the end, once', () => {
    const stream = new StopStrings(['xyz']);
    assert.deepEqual(stream.push('wxy'), { text: 'w', stopped: false });
    assert.equal(stream.end(), 'xy');
    assert.equal(stream.end(), '');
  });

  it('passes everything through without stop strings', () => {
    assert.deepEqual(feed([], ['a', '', 'b']), { texts: ['a', '', 'b', ''], stopped: false });
  });

  it('equals the definition whatever the pieces', () => {
    const rng = Rng.fromSeed(21);
    const word = (length: number) => Array.from({ length }, () => 'abc'[Math.floor(rng.next() * 3)]).join('');
    let stoppedCount = 0;
    for (let round = 0; round < 3000; round++) {
      const stops = Array.from({ length: 1 + Math.floor(rng.next() * 3) }, () => word(1 + Math.floor(rng.next() * 6)));
      const text = word(Math.floor(rng.next() * 30));
      const pieces: string[] = [];
      for (let at = 0; at < text.length; ) {
        const length = 1 + Math.floor(rng.next() * 5);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      const { texts, stopped } = feed(stops, pieces);
      assert.deepEqual({ text: texts.join(''), stopped }, reference(stops, text), JSON.stringify({ stops, pieces }));
      if (stopped) stoppedCount++;
    }
    assert.ok(stoppedCount > 500 && stoppedCount < 2900);
  });
});
