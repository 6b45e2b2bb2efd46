import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalModel } from '../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import type { UpdateRequest } from '../../../src/policy/update.ts';
import { checkpointDirectory } from '../../support/oracle.ts';

const never = new AbortController().signal;

/** Requests come over a wire: what only a faulty client asks for is refused before it reaches a graph or an adapter. */
describe('requests to an open model', () => {
  let directory: string;
  let model: LocalModel;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'retune-test-'));
    const cacheDirectory = join(directory, 'cache');
    const options = { dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory } as const;
    model = await openModel({ directory: checkpointDirectory('qwen2'), ...options }, {}, never);
  });
  after(async () => {
    await model.dispose();
    await rm(directory, { recursive: true, force: true });
  });

  const update = (change: Partial<UpdateRequest>) =>
    model.update(
      {
        adapter: { session: 's', train: 'session' },
        promptTokens: [1, 2, 3],
        responseTokens: [4, 5],
        reward: -1,
        options: { seed: 1 },
        ...change,
      },
      never,
    );
  const score = (prompt: readonly number[], completion: readonly number[], session?: string) =>
    model.score(
      {
        prompt: { tokens: prompt },
        completion: { tokens: completion },
        ...(session === undefined ? {} : { adapter: { session } }),
      },
      never,
    );
  /** @returns the bytes of the adapter's weights */
  const saved = async (name: string, to = join(directory, name)) => {
    await model.adapters.save({ name, directory: to });
    return readFile(join(to, 'adapter_model.safetensors'));
  };

  it('an update with tokens or options that do not exist is refused and changes nothing', async () => {
    await update({});
    const bytes = await saved('s');
    const V = model.info.vocabSize;
    const wrong: [Partial<UpdateRequest>, string][] = [
      [{ promptTokens: [] }, 'generation.prompt-empty'],
      [{ responseTokens: [] }, 'model.empty-completion'],
      ...[-1, V, 1.5].flatMap((token): [Partial<UpdateRequest>, string][] => [
        [{ promptTokens: [token, 2] }, 'generation.token-unknown'],
        [{ responseTokens: [2, token] }, 'generation.token-unknown'],
      ]),
      [{ options: { solver: 'bogus' as unknown as 'one-step' } }, 'model.bad-update-request'],
      [{ adapter: { session: 's', train: 'bogus' as unknown as 'session' } }, 'model.bad-update-request'],
    ];
    for (const [change, code] of wrong) await assert.rejects(update(change), { code }, JSON.stringify(change));
    assert.deepEqual(await saved('s'), bytes);
  });

  it('a score of tokens that do not exist is refused', async () => {
    for (const token of [-1, model.info.vocabSize, 1.5]) {
      await assert.rejects(score([token], [1]), { code: 'generation.token-unknown' });
      await assert.rejects(score([1], [token]), { code: 'generation.token-unknown' });
    }
    await assert.rejects(score([], [1]), { code: 'generation.prompt-empty' });
    await assert.rejects(score([1], []), { code: 'model.empty-completion' });
  });

  it('a score that is no number is an error, not a null', async () => {
    await update({ adapter: { session: 'small', train: 'session' } });
    const overflowing = join(directory, 'overflowing');
    await saved('small', overflowing);
    // A PEFT adapter without our record is taken as it is.
    await rm(join(overflowing, 'retune.json'));
    const config = join(overflowing, 'adapter_config.json');
    await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), lora_alpha: 1e25 }));
    await model.adapters.load({ name: 'huge', kind: 'session', directory: overflowing });
    await assert.rejects(score([1, 2], [3], 'huge'), { code: 'model.score-not-finite' });
  });
});
