import assert from 'node:assert/strict';
import { CachingCritic, cachingVerdicts } from '../../../src/benchmarks/caching.ts';
import type { GenerateRequest } from '../../../src/policy/generation.ts';
import { ScriptedEnvironment } from '../../support/loop.ts';
import { scriptedCritic } from '../../support/words.ts';

const never = new AbortController().signal;
const attempt = (text: string) => ({ files: [{ path: 'src/add.js', text }] });

describe('caching', () => {
  it('judges equal attempts once, unless the judging failed', async () => {
    let broken = true;
    const inner = new ScriptedEnvironment((text) => {
      if (text === 'b' && broken) throw new Error('no judge');
      return 'tests-failed';
    });
    const environment = cachingVerdicts(inner);
    const evaluate = (text: string) => environment.evaluate(attempt(text), 1, () => undefined, never);
    assert.equal(await evaluate('a'), await evaluate('a'));
    assert.equal(inner.evaluated.length, 1);
    await assert.rejects(evaluate('b'), /no judge/);
    broken = false;
    assert.equal((await evaluate('b')).reward, -1);
  });

  it('asks a greedy critic equal questions once, and tells the time each time', async () => {
    const inner = scriptedCritic(['first', 'second', 'third']);
    const critic = new CachingCritic(inner);
    const spent: number[] = [];
    const ask = async (content: string, temperature: number) => {
      const request: GenerateRequest = {
        prompt: { messages: [{ role: 'user', content }] },
        sampling: { temperature },
      };
      const stream = critic.metered((ms) => spent.push(ms)).generate(request, never);
      let next = await stream.next();
      while (!next.done) next = await stream.next();
      return next.value.text;
    };
    assert.deepEqual([await ask('q', 0), await ask('q', 0)], ['first', 'first']);
    assert.deepEqual([await ask('q', 0.7), await ask('q', 0.7)], ['second', 'third'], 'samples are drawn again');
    assert.equal(spent.length, 4);
    assert.equal(spent[0], spent[1]);
  });
});
