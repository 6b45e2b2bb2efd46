import assert from 'node:assert/strict';
import { begin } from '../../host/begin.ts';
import { places, see } from '../../host/window.ts';
import { fixture, open, read } from '../../host/workspace.ts';

describe('a window that is closed in the middle of a session', () => {
  it('leaves an attempt behind', async () => {
    process.env.RETUNE_RECORDED = fixture('recorded.jsonl');
    await open('src/total.js', 4);
    await begin('the window will be closed');
    await see(places.inputTitle, 'attempt 1 failed');
    assert.match(read('src/total.js'), /slice\(1\)/);
    // The window closes now.
  });
});
