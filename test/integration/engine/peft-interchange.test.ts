import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LocalModel } from '../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import { mulberry32 } from '../../../src/shared/random.ts';
import { checkpointDirectory, loraCheckpoints, relativeError } from '../../support/oracle.ts';

const never = new AbortController().signal;
const script = fileURLToPath(new URL('../../../tools/oracles/check_peft.py', import.meta.url));
/** RETUNE_ORACLE_PYTHON names a Python with torch, transformers and peft; a python3 that has them is found by itself. */
const asked = process.env.RETUNE_ORACLE_PYTHON;
const absence = reasonForAbsence(asked ?? 'python3');

describe('adapters read by PEFT', () => {
  // Importing torch and transformers takes many seconds when the disk is cold.
  if (absence !== undefined) {
    it(`pending: ${absence}`);
    return;
  }

  for (const name of loraCheckpoints) {
    it(`${name}: a trained adapter that we saved gives PyTorch our log-probabilities`, async () => {
      const scratch = await mkdtemp(join(tmpdir(), 'retune-test-'));
      const directory = checkpointDirectory(name);
      const options = {
        directory,
        dtype: 'fp32',
        provider: 'cpu',
        threads: 1,
        cacheDirectory: join(scratch, 'cache'),
      } as const;
      const model = await openModel(options, {}, never);
      try {
        const random = mulberry32(9);
        const tokens = (count: number) =>
          Array.from({ length: count }, () => Math.floor(random() * model.info.vocabSize));
        const pair = { prompt: tokens(20), response: tokens(16) };
        const [before, after] = await trained(model, pair);
        await model.adapters.save({ name: 's', directory: join(scratch, 'adapter') });
        await writeFile(join(scratch, 'ids.json'), JSON.stringify(pair));
        const args = [script, directory, join(scratch, 'adapter'), join(scratch, 'ids.json')];
        const { stdout } = await promisify(execFile)(asked ?? 'python3', args);
        const theirs = JSON.parse(stdout) as { logprobs: number[]; baseLogprobs: number[] };
        assert.ok(relativeError(theirs.baseLogprobs, before) <= 1e-4, 'without the adapter');
        assert.ok(relativeError(theirs.logprobs, after) <= 1e-4, `${relativeError(theirs.logprobs, after)}`);
        // What was learned is far above the tolerance, or a forgotten scale would pass.
        assert.ok(relativeError(after, before) > 2e-3, `${relativeError(after, before)}`);
        const config = JSON.parse(await readFile(join(scratch, 'adapter', 'adapter_config.json'), 'utf8'));
        assert.deepEqual([config.r, config.lora_alpha], [4, 12]);
      } finally {
        await model.dispose();
        await rm(scratch, { recursive: true, force: true });
      }
    });
  }
});

/** Log-probabilities of the response without and with an adapter that several updates have changed. */
async function trained(
  model: LocalModel,
  pair: { prompt: number[]; response: number[] },
): Promise<[number[], number[]]> {
  await model.adapters.create({ name: 's', kind: 'session', rank: 4, alpha: 12, seed: 3 });
  const adapter = { session: 's' };
  const request = { prompt: { tokens: pair.prompt }, completion: { tokens: pair.response } };
  const { logprobs: before } = await model.score(request, never);
  for (let turn = 0; turn < 3; turn++) {
    const update = { promptTokens: pair.prompt, responseTokens: pair.response, reward: 1 } as const;
    await model.update(
      { ...update, adapter: { ...adapter, train: 'session' }, options: { solver: 'gauss-newton' } },
      never,
    );
  }
  const { logprobs: after } = await model.score({ ...request, adapter }, never);
  return [[...before], [...after]];
}

function reasonForAbsence(python: string): string | undefined {
  // Looking modules up is a hundred times faster than importing them.
  const probe =
    "import importlib.util as u, sys; sys.exit(3 * any(u.find_spec(m) is None for m in ('torch', 'transformers', 'peft')))";
  const { status, error } = spawnSync(python, ['-c', probe], { timeout: 20_000 });
  if (error !== undefined) return `${python} cannot be started (${error.message})`;
  if (status === 0) return undefined;
  return `${python} lacks torch, transformers or peft; name one that has them in RETUNE_ORACLE_PYTHON`;
}
