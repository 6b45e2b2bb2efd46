import assert from 'node:assert/strict';
import {
  type AttentionWindow,
  causalMask,
  distinctWindows,
  lastTokenMask,
  maskInput,
} from '../../../../src/engine/graph/attention-window.ts';

/** Whether token i sees token j: the definition of transformers (masking_utils.py, `sliding_window_overlay`). */
const sees = (i: number, j: number, window: AttentionWindow) => j <= i && (window === null || j > i - window);

const windows = [null, 1, 2, 3, 5, 8, 100];

describe('attention windows', () => {
  it('the causal mask hides what comes later and what is out of the window', () => {
    for (const window of windows) {
      const T = 7;
      const expected = Array.from({ length: T * T }, (_, at) => sees(Math.floor(at / T), at % T, window));
      assert.deepEqual(
        [...causalMask(T, window)].map((value) => value === 0),
        expected,
        `${window}`,
      );
    }
  });

  it('the last of the new tokens sees the same of the cache and of the new ones', () => {
    const S = 9;
    for (const window of windows) {
      for (const T of [1, 2, 4]) {
        const lengths = [0, 1, 5, 9];
        const mask = lastTokenMask(lengths, S, T, window);
        const expected = lengths.flatMap((length) => {
          const last = length + T - 1;
          const cached = Array.from({ length: S }, (_, j) => j < length && sees(last, j, window));
          return [...cached, ...Array.from({ length: T }, (_, t) => sees(last, length + t, window))];
        });
        assert.deepEqual(
          [...mask].map((value) => value === 0),
          expected,
          `window ${window}, ${T} tokens`,
        );
      }
    }
  });

  it('there is one mask for each of the different windows', () => {
    const found = distinctWindows({ windows: [null, 8, null, 8, 4] });
    assert.deepEqual(found, [null, 8, 4]);
    assert.equal(new Set(found.map(maskInput)).size, 3);
  });
});
