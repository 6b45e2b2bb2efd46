import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalModel } from '../../../src/engine/runtime/local-model-types.ts';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import { allCapabilities } from '../../../src/policy/capabilities.ts';
import type { OpenModelOptions, OpenProgress } from '../../../src/policy/open-options.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { collectGeneration } from '../../support/collect-generation.ts';
import { checkpointDirectory } from '../../support/oracle.ts';

const never = new AbortController().signal;
const greedy = { prompt: { text: 'def add(a, b):' }, maxTokens: 6, sampling: { temperature: 0, seed: 1 } } as const;

describe('opening a model', () => {
  let scratch: string;
  let cacheDirectory: string;
  const opened: LocalModel[] = [];
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-test-'));
    cacheDirectory = join(scratch, 'cache');
  });
  afterEach(async () => {
    for (const model of opened.splice(0)) await model.dispose();
    await rm(scratch, { recursive: true, force: true });
  });

  const open = async (
    options: Partial<OpenModelOptions> = {},
    onProgress: (progress: OpenProgress) => void = () => undefined,
    signal = never,
  ): Promise<LocalModel> => {
    const defaults = { directory: checkpointDirectory('qwen2'), provider: 'cpu', threads: 1, cacheDirectory } as const;
    const model = await openModel({ ...defaults, ...options }, { onProgress }, signal);
    opened.push(model);
    return model;
  };
  const answer = async (model: LocalModel): Promise<readonly number[]> =>
    (await collectGeneration(model.generate(greedy, never))).responseTokens;
  const refusal = async (options: Partial<OpenModelOptions>, code: string, ...words: readonly RegExp[]) => {
    const error = await open(options).then(
      () => assert.fail('it opened'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof RetuneError, String(error));
    assert.equal(error.code, code);
    for (const word of words) assert.match(error.message, word);
  };
  /** The only entry of the cache, and its files that sessions have written. */
  const entry = async (): Promise<{ directory: string; graphs: string[] }> => {
    const [name, ...others] = (await readdir(cacheDirectory)).filter((file) => /^[0-9a-f]{32}$/.test(file));
    assert.deepEqual(others, []);
    const directory = join(cacheDirectory, name as string);
    const graphs = (await readdir(directory)).filter((file) => /^zero-points-.*\.bin$|\.onnx$/.test(file));
    return { directory, graphs: graphs.sort() };
  };

  describe('refuses', () => {
    afterEach(async () => {
      assert.deepEqual(await readdir(cacheDirectory).catch(() => []), [], 'and leaves nothing in the cache');
    });

    it('a directory that does not exist, is a file or holds no model', async () => {
      const missing = join(scratch, 'no', 'such', 'model');
      await refusal({ directory: missing }, 'checkpoint.no-directory', new RegExp(missing));
      const file = join(scratch, 'model.txt');
      await writeFile(file, 'a model');
      await refusal({ directory: file }, 'checkpoint.not-a-directory', /GGUF/);
      const gguf = join(scratch, 'model.gguf');
      await writeFile(gguf, 'GGUF');
      await refusal({ directory: gguf }, 'gguf.truncated', /incomplete/);
      await mkdir(join(scratch, 'empty'));
      await refusal({ directory: join(scratch, 'empty') }, 'checkpoint.not-a-model', /empty/);
    });

    it('an architecture that it does not know, by name', async () => {
      const directory = await copyOf('qwen2');
      const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'));
      const other = { ...config, architectures: ['MambaForCausalLM'], model_type: 'mamba' };
      await writeFile(join(directory, 'config.json'), JSON.stringify(other));
      await refusal({ directory }, 'checkpoint.unsupported-model', /[Mm]amba/, /[Qq]wen2/);
    });

    it('a model whose weights are cut short, and one without a tokenizer', async () => {
      const directory = await copyOf('qwen2');
      const file = join(directory, 'model.safetensors');
      await truncate(file, (await stat(file)).size - 100);
      await refusal({ directory }, 'checkpoint.truncated', /model\.safetensors/);
      const silent = await copyOf('qwen3');
      await rm(join(silent, 'tokenizer.json'));
      await refusal({ directory: silent }, 'tokenizer.missing', /tokenizer\.json/);
    });

    it('a context length that the model does not have', async () => {
      for (const contextLength of [257, 1, 0, -5, 2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await refusal({ contextLength }, 'model.bad-context-length', /2 to 256/);
      }
    });

    it('a provider that this machine does not have', async () => {
      const name = process.platform === 'win32' ? 'coreml' : 'dml';
      await refusal({ provider: name }, 'runtime.provider-unavailable', new RegExp(name), /"auto"/);
    });

    it('blocks that do not divide the rows', async () => {
      await refusal({ dtype: 'int4', block: 64 }, 'checkpoint.block-does-not-divide', /96/);
      await refusal({ dtype: 'int8', block: 64 }, 'checkpoint.unsupported-block', /64/);
    });

    it('to go on when cancelled, at every stage up to the conversion', async () => {
      const stages = ['reading', 'self-test', 'converting'] as const;
      for (const stage of stages) {
        const controller = new AbortController();
        const onProgress = (progress: OpenProgress) => {
          if (progress.stage === stage) controller.abort();
        };
        await assert.rejects(open({}, onProgress, controller.signal), { code: 'cancelled' }, stage);
      }
      await assert.rejects(open({}, undefined, AbortSignal.abort()), { code: 'cancelled' });
    });
  });

  it('cancelled after the conversion it fails too, and the next time finds the weights', async () => {
    const controller = new AbortController();
    const onProgress = ({ stage }: OpenProgress) => {
      if (stage === 'loading') controller.abort();
    };
    await assert.rejects(open({}, onProgress, controller.signal), { code: 'cancelled' });
    assert.equal((await open()).info.warmCache, true);
  });

  it('is faster the second time, because nothing is converted, and answers the same', async () => {
    const stages = new Set<string>();
    const begun = process.cpuUsage();
    const cold = await open({}, ({ stage }) => stages.add(stage));
    const coldTime = process.cpuUsage(begun);
    assert.ok(stages.has('converting'));
    assert.equal(cold.info.warmCache, false);
    const expected = await answer(cold);
    const { directory, graphs } = await entry();
    const before = await stat(join(directory, 'weights.bin'));
    stages.clear();
    const begunAgain = process.cpuUsage();
    const warm = await open({}, ({ stage }) => stages.add(stage));
    const warmTime = process.cpuUsage(begunAgain);
    assert.ok(!stages.has('converting'));
    assert.equal(warm.info.warmCache, true);
    assert.deepEqual(await answer(warm), expected);
    const after = await stat(join(directory, 'weights.bin'));
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
    assert.deepEqual((await entry()).graphs, graphs);
    // Of processor time, because other programs may make either wait; the least of some, because memory is cleaned up now and then.
    const times = [sum(warmTime)];
    for (let again = 0; again < 4; again++) {
      const began = process.cpuUsage();
      await open();
      times.push(sum(process.cpuUsage(began)));
    }
    const [first, second] = [sum(coldTime), Math.min(...times)];
    assert.ok(second < first, `${second} µs, ${first} µs the first time`);
  });

  it('describes what was opened', async () => {
    const { info } = await open({ dtype: 'int4', contextLength: 128 });
    const { directory, memory, loadMs, providerReason, parameters, ...facts } = info;
    assert.deepEqual(facts, {
      capabilities: allCapabilities,
      architecture: 'Qwen2ForCausalLM',
      hiddenSize: 64,
      layers: 2,
      heads: 4,
      kvHeads: 2,
      headSize: 16,
      intermediateSize: 96,
      vocabSize: 320,
      contextLength: 128,
      tiedEmbeddings: true,
      dtype: 'int4',
      block: 32,
      provider: 'cpu',
      threads: 1,
      hasChatTemplate: true,
      thinks: true,
      warmCache: false,
    });
    assert.equal(directory, checkpointDirectory('qwen2'));
    const linears = 2 * (64 * (64 + 32 + 32) + 64 * 64 + 3 * 64 * 96);
    assert.equal(parameters, 320 * 64 + linears + 2 * (64 + 32 + 32 + 2 * 64) + 64);
    assert.ok(loadMs > 0 && providerReason.length > 0 && memory.weights > 0);
  });

  it('two at once, of one cold cache: each answers as it does alone, and one outlives the other', async () => {
    const models = await Promise.all([
      open(),
      open(),
      open({ directory: checkpointDirectory('llama'), dtype: 'fp32' }),
    ]);
    const [a, b, other] = models as [LocalModel, LocalModel, LocalModel];
    const [first, second, third] = await Promise.all(models.map(answer));
    assert.deepEqual(second, first);
    assert.notDeepEqual(third, first);
    await a.dispose();
    assert.deepEqual(await answer(b), first);
    assert.deepEqual(await answer(other), third);
    assert.deepEqual(
      (await readdir(cacheDirectory)).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('disposed of, it refuses everything with a reason, and can be disposed of again', async () => {
    const model = await open();
    await answer(model);
    await model.dispose();
    await model.dispose();
    const prompt = { text: 'x' };
    const uses: (() => Promise<unknown>)[] = [
      () => answer(model),
      () => model.generateBatch([greedy], never),
      () => model.score({ prompt, completion: prompt }, never),
      () =>
        model.update(
          { adapter: { session: 's', train: 'session' }, promptTokens: [1], responseTokens: [2], reward: -1 },
          never,
        ),
    ];
    for (const use of uses) await assert.rejects(use, { code: 'model.disposed' });
  });

  it('waits for the answer under way before it is disposed of', async () => {
    const model = await open();
    const expected = await answer(model);
    const order: string[] = [];
    const generating = answer(model).finally(() => order.push('answered'));
    const disposing = model.dispose().finally(() => order.push('disposed of'));
    assert.deepEqual(await generating, expected);
    await disposing;
    assert.deepEqual(order, ['answered', 'disposed of']);
  });

  it('graph files that a crash has cut short are replaced, and a stray one beside them does no harm', async () => {
    const expected = await answer(await open());
    const { directory, graphs } = await entry();
    assert.equal(graphs.length, 2);
    const sizes = await Promise.all(graphs.map(async (name) => (await stat(join(directory, name))).size));
    for (const bytes of [0, 100]) {
      for (const name of graphs) await truncate(join(directory, name), bytes);
      await writeFile(join(directory, `${graphs[0]}.1-abcdef.tmp`), 'half');
      const again = await open();
      assert.equal(again.info.warmCache, true);
      assert.deepEqual(await answer(again), expected);
      const now = await Promise.all(graphs.map(async (name) => (await stat(join(directory, name))).size));
      assert.deepEqual(now, sizes);
    }
  });

  it('a weights file that was damaged or replaced is converted again', async () => {
    const expected = await answer(await open());
    const { directory } = await entry();
    const file = join(directory, 'weights.bin');
    const bytes = await readFile(file);
    bytes.fill(0x55, 0, 4096);
    await writeFile(file, bytes);
    await utimes(file, 1, 1);
    const again = await open();
    assert.equal(again.info.warmCache, false);
    assert.deepEqual(await answer(again), expected);
  });

  it('a cache that must not be written serves what it has, and says so when it has not', async function () {
    // Windows has no such mode; the superuser may write everywhere, so a child gives its rights up first.
    if (process.platform === 'win32') this.skip();
    // The other user may not be allowed to read where this project lies.
    const directory = await copyOf('qwen2');
    const child = new URL('open-model-child.ts', import.meta.url).pathname;
    const run = async (
      dtype: string,
    ): Promise<{ warm?: boolean; tokens?: number; code?: string; message?: string }> => {
      const environment = { ...process.env, RETUNE_TEST_UID: '65534' };
      const { stdout } = await promisify(execFile)(process.execPath, [child, directory, cacheDirectory, dtype], {
        env: environment,
      });
      return JSON.parse(stdout.trim().split('\n').at(-1) as string);
    };
    await open({ directory });
    const closed = [(await entry()).directory, join(cacheDirectory, 'sources'), cacheDirectory];
    await chmod(scratch, 0o755);
    for (const path of closed) await chmod(path, 0o555);
    try {
      const known = await run('int8');
      assert.deepEqual([known.warm, known.tokens], [true, 3], JSON.stringify(known));
      // A graph that nobody has asked for yet cannot be written.
      assert.equal(known.code, 'checkpoint.cache-not-writable');
      const unknown = await run('int4');
      assert.equal(unknown.code, 'checkpoint.cache-not-writable');
      assert.ok(unknown.message?.includes(cacheDirectory));
    } finally {
      for (const path of closed) await chmod(path, 0o755);
    }
  });

  async function copyOf(name: 'qwen2' | 'qwen3'): Promise<string> {
    const directory = join(scratch, `model-${name}`);
    await cp(checkpointDirectory(name), directory, { recursive: true });
    return directory;
  }
});

function sum({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
