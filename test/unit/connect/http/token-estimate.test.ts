import assert from 'node:assert/strict';
import { TokenEstimate } from '../../../../src/connect/http/token-estimate.ts';

const prompt = { messages: [{ role: 'user' as const, content: 'const add = (a, b) => a + b;' }] };

describe('the estimate of tokens', () => {
  it('errs on the large side: code has more than 2.5 bytes per token', () => {
    const estimate = new TokenEstimate();
    assert.equal(estimate.text('x'.repeat(250)), 100);
    assert.ok(estimate.prompt(prompt) > prompt.messages[0]!.content.length / 3);
    assert.equal(estimate.text('€'), 2, 'bytes count, not characters');
    assert.equal(estimate.prompt({ tokens: [1, 2, 3] }), 3);
  });

  it('learns from a server that counts more, and forgets nothing when it counts less', () => {
    const estimate = new TokenEstimate();
    const before = estimate.prompt(prompt);
    estimate.learn(prompt, 3 * before);
    assert.ok(estimate.prompt(prompt) >= 3 * before);
    const learnt = estimate.text('some text');
    estimate.learn(prompt, 1);
    assert.equal(estimate.text('some text'), learnt);
  });
});
