import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Critic } from '../../../src/agent/words/critic.ts';
import { fallbackInstruction } from '../../../src/agent/words/fallback.ts';
import { modelWords } from '../../../src/agent/words/model-words.ts';
import { isCancelled } from '../../../src/shared/errors/cancelled.ts';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import { SidecarClient } from '../../../src/sidecar/client/sidecar-client.ts';
import { wordsInput } from '../../support/words.ts';
import { Fixture, never } from '../sidecar/fixture.ts';

const checkpoint = fileURLToPath(new URL('../../fixtures/checkpoints/qwen2', import.meta.url));

/** A model with random weights, whose words are noise. */
describe('words of a real model', () => {
  const fixture = new Fixture();
  let client: SidecarClient;
  const options = { dtype: 'fp32', provider: 'cpu', threads: 1 } as const;
  before(() => {
    client = new SidecarClient({ clientName: 'test', stateDirectory: fixture.directory() });
  });
  after(async () => {
    await client.dispose();
    await fixture.cleanUp();
  });

  const input = wordsInput({ comment: 'add must return 3' });

  it('has a context of 256 tokens: the template, with the reason in the record', async () => {
    const cacheDirectory = fixture.directory();
    const policy = await client.openModel({ ...options, directory: checkpoint, cacheDirectory }, {}, never());
    const words = await modelWords(policy)(input, never());
    assert.equal(words.source, 'fallback');
    assert.match(words.calls[0]!.refused.join(), /context too small: the shortest prompt takes \d+ of 256 tokens/);
    await policy.close();
  });

  describe('with a longer context', () => {
    let policy: RemotePolicy;
    before(async () => {
      const directory = fixture.directory();
      cpSync(checkpoint, directory, { recursive: true });
      const config = JSON.parse(readFileSync(join(checkpoint, 'config.json'), 'utf8')) as Record<string, unknown>;
      writeFileSync(join(directory, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 4096 }));
      policy = await client.openModel({ ...options, directory, cacheDirectory: fixture.directory() }, {}, never());
    });

    it('refuses what it says twice, keeps both outputs, and uses the template', async () => {
      const words = await modelWords(policy, { maxTokens: 40 })(input, never());
      assert.equal(words.source, 'fallback');
      assert.equal(words.instruction, fallbackInstruction(input));
      assert.deepEqual(
        words.calls.map(({ purpose, refused }) => [purpose, refused.length > 0]),
        [
          ['critique-and-rewrite', true],
          ['critique-and-rewrite', true],
        ],
      );
      for (const call of words.calls) assert.ok(call.output.length > 0, 'the model did speak');
    });

    it('says the same again', async () => {
      const outputs = async (): Promise<string[]> => {
        const words = await modelWords(policy, { maxTokens: 20 })(input, never());
        return words.calls.map(({ output }) => output);
      };
      assert.deepEqual(await outputs(), await outputs());
    });

    it('stops in the middle of an output', async () => {
      const stop = new AbortController();
      const critic: Critic = {
        info: policy.info,
        countTokens: (prompt, signal) => policy.countTokens(prompt, signal),
        async *generate(request, signal) {
          const stream = policy.generate(request, signal);
          for (let next = await stream.next(); ; next = await stream.next()) {
            if (next.done) return next.value;
            stop.abort();
            yield next.value;
          }
        },
      };
      await assert.rejects(modelWords(critic)(input, stop.signal), isCancelled);
    });
  });
});
