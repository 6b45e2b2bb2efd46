import assert from 'node:assert/strict';

describe('a failing suite', () => {
  it('fails', () => {
    assert.equal(1 + 1, 3);
  });
});
