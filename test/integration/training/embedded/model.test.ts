import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LocalModel } from '../../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../../src/engine/runtime/open-model.ts';
import { loadTokenizer } from '../../../../src/engine/tokenizer/tokenizer.ts';
import type { Message } from '../../../../src/policy/prompt.ts';
import { readJson } from '../../../support/oracle.ts';

const directory = fileURLToPath(new URL('../../../../resources/model', import.meta.url));
const script = fileURLToPath(new URL('../../../../tools/oracles/embedded.py', import.meta.url));
const never = new AbortController().signal;

/** Made by tools/oracles/embedded.py with PyTorch and transformers. */
interface Oracle {
  readonly architecture: string;
  readonly sha256: string;
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly messages: readonly Message[];
  readonly chat: string;
  readonly prompt: readonly number[];
  readonly responseText: string;
  readonly response: readonly number[];
  readonly logprobs: readonly number[];
}

describe('the embedded model', () => {
  // A cold start of the runtime, and of torch where it is there.
  const oracle = readJson<Oracle>('embedded', 'oracle.json');
  let scratch: string;
  let model: LocalModel;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-test-'));
    const cacheDirectory = join(scratch, 'cache');
    model = await openModel({ directory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory }, {}, never);
  });
  after(async () => {
    await model.dispose();
    await rm(scratch, { recursive: true, force: true });
  });

  it('is at most 12 MB, with a card', async () => {
    let bytes = 0;
    for (const name of await readdir(directory)) bytes += (await stat(join(directory, name))).size;
    assert.ok(bytes <= 12e6, `${bytes} bytes`);
    assert.match(await readFile(join(directory, 'README.md'), 'utf8'), /MIT/);
  });

  it('is the one whose oracle is stored', async () => {
    const digest = createHash('sha256').update(await readFile(join(directory, 'model.safetensors')));
    assert.equal(digest.digest('hex'), oracle.sha256, 'run tools/oracles/embedded.py again');
    assert.equal(oracle.architecture, 'Qwen2ForCausalLM');
  });

  it('has the tokens of transformers', async () => {
    const tokenizer = await loadTokenizer(directory);
    for (const { text, ids } of oracle.texts) assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    const chat = tokenizer.chat(oracle.messages, { addGenerationPrompt: true });
    assert.equal(chat, oracle.chat);
    assert.deepEqual(tokenizer.encode(chat), oracle.prompt);
    assert.deepEqual(tokenizer.encode(oracle.responseText), oracle.response);
  });

  it('has the log-probabilities of transformers', async () => {
    const { logprobs } = await model.score(
      { prompt: { messages: oracle.messages }, completion: { text: oracle.responseText } },
      never,
    );
    assert.equal(logprobs.length, oracle.logprobs.length);
    const worst = Math.max(...oracle.logprobs.map((expected, i) => Math.abs(logprobs[i]! - expected)));
    assert.ok(worst < 1e-3, `largest difference ${worst}`);
    assert.ok(Math.min(...oracle.logprobs) < -1e-4, 'not all certain, or a wrong model would pass');
  });

  it('answers a request of its own kind with a block that ends', async () => {
    const stream = model.generate(
      { prompt: { messages: oracle.messages }, sampling: { temperature: 0 }, maxTokens: 120 },
      never,
    );
    let next = await stream.next();
    while (!next.done) next = await stream.next();
    assert.equal(next.value.finish, 'stop-token');
    assert.match(next.value.text, /^```js\nexport function pick\(data\) \{\n[\s\S]*\n```$/);
  });

  const python = process.env.RETUNE_ORACLE_PYTHON ?? 'python3';
  const absence = reasonForAbsence(python);
  it(
    absence === undefined ? 'gives transformers the stored oracle' : `pending: ${absence}`,
    absence === undefined ? compare : undefined,
  );

  async function compare(): Promise<void> {
    const { stdout } = await promisify(execFile)(python, [script, directory], { maxBuffer: 1e8 });
    const theirs = JSON.parse(stdout) as Oracle;
    const { logprobs, ...exact } = theirs;
    const { logprobs: stored, ...rest } = oracle;
    assert.deepEqual(exact, rest);
    assert.ok(Math.max(...stored.map((value, i) => Math.abs(value - logprobs[i]!))) < 1e-3);
  }
});

function reasonForAbsence(python: string): string | undefined {
  // Looking modules up is a hundred times faster than importing them.
  const probe =
    "import importlib.util as u, sys; sys.exit(3 * any(u.find_spec(m) is None for m in ('torch', 'transformers')))";
  const { status, error } = spawnSync(python, ['-c', probe], { timeout: 20_000 });
  if (error !== undefined) return `${python} cannot be started (${error.message})`;
  if (status === 0) return undefined;
  return `${python} lacks torch or transformers; name one that has them in RETUNE_ORACLE_PYTHON`;
}
