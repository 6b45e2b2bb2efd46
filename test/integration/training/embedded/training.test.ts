import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModel } from '../../../../src/engine/runtime/open-model.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';
import { trainingExamples } from '../../../../training/embedded/examples.ts';
import { embeddedRecipe, type Recipe } from '../../../../training/embedded/recipe.ts';
import { Orthogonaliser } from '../../../../training/embedded/run/orthogonaliser.ts';
import { Run, type RunOptions } from '../../../../training/embedded/run.ts';

/** The real recipe on the real examples, only smaller. */
const small: Recipe = {
  ...embeddedRecipe,
  shape: { hidden: 96, intermediate: 256, layers: 2, heads: 2, kvHeads: 1, maxPositions: 512 },
  vocabularySize: 640,
  tokenizerExamples: 300,
  schedule: { ...embeddedRecipe.schedule, warmupSteps: 5 },
  positions: 1024,
  window: 64,
  short: [{ share: 1, tokens: 200 }],
};

describe('training the embedded model', () => {
  let scratch: string;

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-test-'));
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const options = (name: string, recipe: Recipe, tokens: number, resume = false): RunOptions => ({
    recipe,
    examples: trainingExamples,
    directory: join(scratch, name),
    provider: 'cpu',
    threads: 1,
    tokens,
    milliseconds: Number.POSITIVE_INFINITY,
    resume,
  });

  async function losses(run: Run, steps: number): Promise<number[]> {
    const found: number[] = [];
    for (let step = 0; step < steps; step++) found.push((await run.step()).loss);
    return found;
  }

  it('computes bit-identical losses with and without an interruption', async () => {
    // So few tokens that the schedule, the end of short examples and that of learning prompts all lie within the 20 steps.
    const recipe = { ...small, short: [{ share: 0.7, tokens: 160 }] };
    const whole = await Run.open(options('whole', recipe, 18_000));
    const expected = await losses(whole, 20);
    await whole.dispose();

    const before = await Run.open(options('parts', recipe, 18_000));
    const found = await losses(before, 7);
    await before.save();
    // What is not saved is forgotten.
    await losses(before, 2);
    await before.dispose();
    const after = await Run.open(options('parts', recipe, 18_000, true));
    assert.equal(after.progress.steps, 7);
    found.push(...(await losses(after, 13)));
    await after.dispose();
    assert.deepEqual(found, expected);
    for (const [name, values] of whole.parameters) assert.deepEqual(after.parameters.get(name), values, name);
    assert.equal(new Set(expected).size, 20, 'every step is another');
  });

  it('refuses to resume from a state of another shape', async () => {
    const run = await Run.open(options('run', small, 1e6));
    await losses(run, 1);
    await run.save();
    await run.dispose();
    const other = { ...small, shape: { ...small.shape, intermediate: 128 } };
    await assert.rejects(Run.open(options('run', other, 1e6, true)), /another run/);
  });

  it('learns: in half a minute the loss falls below 2 nats, and the engine opens what is saved', async () => {
    const run = await Run.open(options('run', small, 200_000));
    const first = await run.validate();
    while (run.done < 1) await run.step();
    const last = await run.validate();
    await run.save();
    await run.dispose();
    assert.deepEqual(Object.keys(first).sort(), ['critique', 'repair', 'solve']);
    // Critiques are longer than what so short a run learns from.
    for (const kind of ['solve', 'repair']) {
      assert.ok(first[kind]! > 6, `${kind} at first ${first[kind]}: about ln 640`);
      assert.ok(last[kind]! < 2, `${kind} in the end ${last[kind]}`);
    }
    const signal = new AbortController().signal;
    const cacheDirectory = join(scratch, 'cache');
    const open = { directory: run.modelDirectory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory } as const;
    const model = await openModel(open, {}, signal);
    const [example] = [
      ...trainingExamples(123)
        .filter(({ kind }) => kind === 'solve')
        .take(1),
    ];
    const prompt = { messages: example!.messages };
    const { logprobs } = await model.score({ prompt, completion: { text: example!.response } }, signal);
    await model.dispose();
    const mean = -logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
    assert.ok(mean < 2.5, `the engine's own loss of an answer is ${mean}`);
  });
});

describe('making a matrix orthogonal', () => {
  for (const [rows, columns] of [
    [24, 40],
    [40, 24],
    [16, 16],
  ] as const) {
    it(`brings the singular values of a [${rows}, ${columns}] near 1 and keeps their directions`, async () => {
      const random = mulberry32(3);
      const matrix = Float32Array.from({ length: rows * columns }, () => random() - 0.5);
      const orthogonaliser = await Orthogonaliser.create('cpu', 1);
      const result = await orthogonaliser.run(matrix, [rows, columns]);
      await orthogonaliser.dispose();
      // For Q = U·Vᵀ of G = U·Σ·Vᵀ the product Gᵀ·Q = V·Σ·Vᵀ is symmetric and its trace is the sum of the singular values.
      const at = (m: Float32Array, row: number, column: number): number => m[row * columns + column]!;
      let asymmetry = 0;
      let size = 0;
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < columns; j++) {
          let ij = 0;
          let ji = 0;
          for (let k = 0; k < rows; k++) {
            ij += at(matrix, k, i) * at(result, k, j);
            ji += at(matrix, k, j) * at(result, k, i);
          }
          asymmetry += (ij - ji) ** 2;
          size += ij ** 2;
        }
      }
      assert.ok(Math.sqrt(asymmetry / size) < 1e-3, `asymmetry ${Math.sqrt(asymmetry / size)}`);
      // Five iterations leave singular values between about 0.7 and 1.2, except for the very smallest.
      const squares = result.reduce((sum, x) => sum + x * x, 0) / Math.min(rows, columns);
      assert.ok(squares > 0.6 && squares < 1.4, `mean square ${squares}`);
    });
  }
});
