import assert from 'node:assert/strict';
import type { ModelConfig } from '../../src/engine/checkpoint/model-config.ts';
import type { DecodeState } from '../../src/engine/generation/decoder.ts';
import { type EffectiveAdapter, loraLayout } from '../../src/engine/graph/lora.ts';
import { OnnxDecoder } from '../../src/engine/runtime/onnx-decoder.ts';
import { OnnxTrainer } from '../../src/engine/runtime/onnx-trainer.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { mulberry32 } from '../../src/shared/random.ts';
import { logSumExp } from '../support/log-sum-exp.ts';
import { type CheckpointName, FixtureCache, relativeError } from '../support/oracle.ts';

/** Sequences, their cache and their slots: whatever the order of work, the numbers are those of each sequence alone. */
export function decodeStateSuite(name: CheckpointName, provider: ProviderName, prefillChunk: number): void {
  describe(`decode state of ${name} (${provider})`, () => {
    const cache = new FixtureCache();
    let config: ModelConfig;
    let decoder: OnnxDecoder;
    before(async () => {
      const fixture = await cache.prepare(name);
      config = fixture.config;
      decoder = new OnnxDecoder(config, fixture.weights, { provider, threads: 1, maxPositions, prefillChunk });
    });
    after(async () => {
      await decoder.release();
      await cache.dispose();
    });

    const tokensOf = (count: number, seed: number): number[] => {
      const random = mulberry32(seed);
      return Array.from({ length: count }, () => Math.floor(random() * config.vocabSize));
    };
    const adapterOf = (rank: number, version: number): EffectiveAdapter => {
      const random = mulberry32(version);
      const layout = loraLayout(config, rank);
      return { layout, theta: Float32Array.from({ length: layout.size }, () => random() - 0.5), version };
    };
    /** Runs tokens in chunks and returns the last logits. */
    const feed = async (state: DecodeState, sequence: number, tokens: readonly number[], chunk = prefillChunk) => {
      let last = new Float32Array();
      for (let from = 0; from < tokens.length; from += chunk) {
        last = (await state.run([sequence], [tokens.slice(from, from + chunk)])).slice();
      }
      return last;
    };
    /** The logits after `start` tokens and after each of the rest, in a state of its own. */
    const alone = async (adapter: EffectiveAdapter | undefined, tokens: readonly number[], start: number) => {
      const state = await decoder.open([adapter]);
      const found = [await feed(state, 0, tokens.slice(0, start))];
      for (const token of tokens.slice(start)) found.push(await feed(state, 0, [token]));
      state.dispose();
      return found;
    };
    const near = (found: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
      const error = relativeError(found, expected);
      assert.ok(error <= 1e-5, `${what}: ${error}`);
    };

    it('logits are freed by the next run and by dispose, not left to the garbage collector', async () => {
      const state = await decoder.open([undefined]);
      const first = await state.run([0], [[1]]);
      assert.equal(first.length, config.vocabSize);
      const second = await state.run([0], [[2]]);
      assert.deepEqual([first.byteLength, second.length], [0, config.vocabSize]);
      state.dispose();
      assert.equal(second.byteLength, 0);
    });

    it('a prompt in one run, in chunks of any size and token by token gives the same', async () => {
      const tokens = tokensOf(Math.min(prefillChunk, 60), 1);
      const state = await decoder.open([undefined]);
      const expected = await feed(state, 0, tokens, tokens.length);
      for (const chunk of [1, 7, tokens.length - 1]) {
        state.truncate(0, 0);
        near(await feed(state, 0, tokens, chunk), expected, `chunks of ${chunk}`);
        assert.equal(state.length(0), tokens.length);
      }
      state.dispose();
    });

    it('what is cut off and run again is bit-equal to the first time, also after other tokens lay there', async () => {
      const [kept, tail, other] = [tokensOf(12, 2), tokensOf(9, 3), tokensOf(25, 4)];
      const state = await decoder.open([adapterOf(4, 11)]);
      await feed(state, 0, kept);
      const first = await feed(state, 0, tail);
      state.truncate(0, kept.length);
      assert.equal(state.length(0), kept.length);
      const otherwise = await feed(state, 0, other);
      assert.ok(relativeError(otherwise, first) > 0.1);
      state.truncate(0, kept.length);
      assert.deepEqual(await feed(state, 0, tail), first);
      state.truncate(0, 1000);
      assert.equal(state.length(0), kept.length + tail.length, 'cutting beyond the end changes nothing');
      state.dispose();
    });

    it('a sequence that outgrows its cache again and again keeps every key and value', async () => {
      const { config: own, weights } = await cache.prepare(name);
      const tokens = tokensOf(maxPositions, 5);
      const trainer = new OnnxTrainer(own, weights, { provider, threads: 1, layerCheckpointing: false });
      const pair = { prompt: tokens.slice(0, 1), response: tokens.slice(1) };
      const { logProb } = await trainer.evaluate(pair, undefined, { distribution: false });
      await trainer.release();
      const state = await decoder.open([undefined]);
      // Chunks, but single tokens around every step of the capacity, where all log-probabilities are compared.
      const expected: number[] = [];
      const found: number[] = [];
      for (let at = 0; at + 1 < tokens.length; ) {
        const isNearStep = [256, 512].some((step) => Math.abs(step - 33 - at) < 3 || Math.abs(step - at) < 3);
        const next = isNearStep ? at + 1 : Math.min(at + 29, tokens.length - 1);
        const logits = await state.run([0], [tokens.slice(at, next)]);
        found.push((logits[tokens[next] as number] as number) - logSumExp(logits));
        expected.push(logProb[next - 1] as number);
        at = next;
      }
      near(found, expected, 'log-probabilities');
      state.dispose();
    });

    it('four sequences of other lengths and adapters get what each gets alone, in any company and order', async () => {
      const adapters = [adapterOf(8, 21), undefined, adapterOf(8, 22), adapterOf(8, 23)];
      const starts = [3, 17, 40, 250];
      const texts = starts.map((start, i) => tokensOf(start + companies.length, 30 + i));
      const expected: Float32Array[][] = [];
      for (const [i, text] of texts.entries()) expected.push(await alone(adapters[i], text, starts[i] as number));

      const state = await decoder.open(adapters);
      for (const [i, text] of texts.entries()) {
        near(await feed(state, i, text.slice(0, starts[i])), expected[i]?.[0] as Float32Array, `prompt ${i}`);
      }
      const steps = [0, 0, 0, 0];
      for (const company of companies) {
        const tokens = company.map((i) => [texts[i]?.[state.length(i)] as number]);
        const logits = (await state.run(company, tokens)).slice();
        assert.equal(logits.length, company.length * config.vocabSize);
        company.forEach((i, row) => {
          steps[i] = (steps[i] as number) + 1;
          const own = logits.subarray(row * config.vocabSize, (row + 1) * config.vocabSize);
          near(own, expected[i]?.[steps[i] as number] as Float32Array, `sequence ${i} in [${company}]`);
          assert.equal(state.length(i), (starts[i] as number) + (steps[i] as number));
        });
      }
      // One is cut back and goes on with several tokens at once, while it lies in another slot than at first.
      state.truncate(2, 20);
      const again = await feed(state, 2, texts[2]?.slice(20, 44) as number[]);
      near(again, expected[2]?.[4] as Float32Array, 'sequence 2 after truncation');
      state.dispose();
    });

    it('sequences that share an adapter are told from their neighbours with another or none', async () => {
      const [one, other] = [adapterOf(8, 41), adapterOf(8, 42)];
      const adapters = [one, other, one, undefined, undefined];
      const pairs = [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 2],
        [4, 3],
        [0, 2],
        [2, 0],
      ];
      const texts = adapters.map((_, i) => tokensOf(5 + 3 * i + pairs.length, 50 + i));
      const start = (i: number) => 5 + 3 * i;
      const expected: Float32Array[][] = [];
      for (const [i, text] of texts.entries()) expected.push(await alone(adapters[i], text, start(i)));
      const state = await decoder.open(adapters);
      for (const [i, text] of texts.entries()) await feed(state, i, text.slice(0, start(i)));
      for (const pair of pairs) {
        const logits = (
          await state.run(
            pair,
            pair.map((i) => [texts[i]?.[state.length(i)] as number]),
          )
        ).slice();
        for (const [row, i] of pair.entries()) {
          const own = logits.subarray(row * config.vocabSize, (row + 1) * config.vocabSize);
          near(own, expected[i]?.[state.length(i) - start(i)] as Float32Array, `sequence ${i} in [${pair}]`);
        }
      }
      state.dispose();
    });

    it('states of several ranks take turns, although each turn makes the graph sessions of the other again', async () => {
      const adapters = [adapterOf(2, 61), adapterOf(8, 62), undefined, adapterOf(8, 63)];
      const texts = adapters.map((_, i) => tokensOf(8 + i, 70 + i));
      const expected: Float32Array[][] = [];
      for (const [i, text] of texts.entries()) expected.push(await alone(adapters[i], text, text.length - 3));
      const states = await Promise.all(adapters.map((adapter) => decoder.open([adapter])));
      for (let step = 0; step < 4; step++) {
        for (const [i, state] of states.entries()) {
          const text = texts[i] as number[];
          const from = step === 0 ? 0 : text.length - 4 + step;
          const found = await feed(state, 0, text.slice(from, text.length - 3 + step));
          near(found, expected[i]?.[step] as Float32Array, `state ${i}, step ${step}`);
        }
      }
      for (const state of states) state.dispose();
    });

    it('a disposed state has no tokens and runs nothing, also when it was disposed during a run', async () => {
      const state = await decoder.open([adapterOf(4, 91)]);
      await feed(state, 0, tokensOf(5, 92));
      const running = state.run([0], [[1]]);
      state.dispose();
      state.dispose();
      await assert.rejects(running, /was disposed/);
      assert.equal(state.length(0), 0);
      // Refused before anything else is looked at.
      await assert.rejects(state.run([0], [[]]), /was disposed/);
      state.truncate(0, 3);
      assert.equal(state.length(0), 0);
    });

    it('refuses what it cannot run', async () => {
      await assert.rejects(decoder.open([adapterOf(4, 81), adapterOf(8, 82)]), /one rank/);
      const state = await decoder.open([undefined, undefined]);
      for (const tokens of [
        [[]],
        [
          [1, 2],
          [3, 4],
        ],
        [[1], []],
      ]) {
        await assert.rejects(
          state.run(
            tokens.map((_, i) => i),
            tokens,
          ),
          /one sequence|several with one token/,
        );
      }
      assert.deepEqual([state.length(0), state.length(1)], [0, 0]);
      state.dispose();
    });
  });
}

/** More than two steps of the cache's growth on every provider. */
const maxPositions = 560;

/** Who runs together: all, some with gaps between their slots, one alone, those that were left out again, in changing order. */
const companies: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [3, 1, 0, 2],
  [0, 2, 3],
  [3, 0],
  [1],
  [1, 3],
  [2, 0, 1],
  [3, 2],
  [3],
  [0, 1, 2, 3],
];
