import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { residualWeight } from '../../src/engine/adaptation/token-target.ts';
import type { LocalModel } from '../../src/engine/runtime/local-model-types.ts';
import { OnnxTrainer } from '../../src/engine/runtime/onnx-trainer.ts';
import { openModel } from '../../src/engine/runtime/open-model.ts';
import type { GenerateRequest, Generation } from '../../src/policy/generation.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import type { UpdateReport, UpdateRequest } from '../../src/policy/update.ts';
import { mulberry32 } from '../../src/shared/random.ts';
import {
  type CheckpointName,
  checkpointDirectory,
  FixtureCache,
  loraOracle,
  relativeError,
} from '../support/oracle.ts';

const never = new AbortController().signal;
const prompt = { text: 'function clamp(value, low, high) {' };
const session = { session: 's', train: 'session' } as const;

/** U4, U5 and I1 to I9 of the adaptation's specification, on a real small model, on any provider. */
export function adaptationSuite(provider: ProviderName): void {
  describe(`adaptation of a real model (${provider})`, () => {
    const fixtures = new FixtureCache();
    let cacheDirectory: string;
    let model: LocalModel;

    before(async () => {
      cacheDirectory = await mkdtemp(join(tmpdir(), 'retune-test-'));
      model = await open('qwen2');
    });
    after(async () => {
      await model.dispose();
      await fixtures.dispose();
      await rm(cacheDirectory, { recursive: true, force: true });
    });
    afterEach(async () => {
      for (const { name } of await model.adapters.list()) await model.adapters.drop(name);
    });

    const open = (name: CheckpointName): Promise<LocalModel> =>
      openModel(
        { directory: checkpointDirectory(name), dtype: 'fp32', provider, threads: 1, cacheDirectory },
        {},
        never,
      );
    const generate = async (request: Partial<GenerateRequest>, on = model): Promise<Generation> => {
      const events = on.generate(
        { prompt, maxTokens: 16, logprobs: true, sampling: { temperature: 1, topP: 1, seed: 5 }, ...request },
        never,
      );
      for (;;) {
        const next = await events.next();
        if (next.done) return next.value;
      }
    };
    const reject = (answer: Generation, more: Partial<UpdateRequest> = {}, on = model): Promise<UpdateReport> =>
      on.update(
        {
          adapter: session,
          promptTokens: answer.promptTokens,
          responseTokens: answer.responseTokens,
          reward: -1,
          ...more,
        },
        never,
      );
    const saved = async (name: string): Promise<Buffer> => {
      const directory = await mkdtemp(join(cacheDirectory, 'saved-'));
      await model.adapters.save({ name, directory: join(directory, 'adapter') });
      return readFile(join(directory, 'adapter', 'adapter_model.safetensors'));
    };

    it('U4: the reverse pass is Σ w ∇log p, by differences along random directions and along itself', async () => {
      const { config, weights } = await fixtures.prepare('qwen3');
      const { adapter, pair } = loraOracle('qwen3', config);
      const trainer = new OnnxTrainer(config, weights, { provider, threads: 1, layerCheckpointing: false });
      const b = Float32Array.from(pair.response, (_, i) => (i % 3 === 0 ? 0.5 : -1));
      const { gradient, evaluation } = await trainer.gradient(
        pair,
        adapter,
        { b, centering: false },
        { distribution: false },
      );
      const w = Array.from(b, (tilt, i) => residualWeight(Math.exp(evaluation.logProb[i] as number), tilt));
      const objective = async (direction: Float32Array, step: number): Promise<number> => {
        const theta = adapter.theta.map((value, i) => value + step * (direction[i] as number));
        const { logProb } = await trainer.evaluate(pair, { ...adapter, theta }, { distribution: false });
        return logProb.reduce((sum, value, i) => sum + (w[i] as number) * value, 0);
      };
      const random = mulberry32(3);
      const norm = Math.hypot(...gradient);
      const directions = [
        gradient.map((v) => v / norm),
        ...[1, 2].map(() => gradient.map((v) => (v / norm) * 2 * random())),
      ];
      for (const direction of directions) {
        const expected = direction.reduce((sum, v, i) => sum + v * (gradient[i] as number), 0);
        // Richardson: two central differences cancel the cubic term.
        const central = async (step: number) =>
          ((await objective(direction, step)) - (await objective(direction, -step))) / (2 * step);
        const slope = (4 * (await central(0.01)) - (await central(0.02))) / 3;
        assert.ok(Math.abs(slope / expected - 1) < 5e-4, `${slope} by differences, ${expected} by the reverse pass`);
      }
      await trainer.release();
    });

    it('U5: the Fisher product is symmetric and positive', async () => {
      const { config, weights } = await fixtures.prepare('qwen3');
      const { adapter, pair, layout } = loraOracle('qwen3', config);
      const trainer = new OnnxTrainer(config, weights, { provider, threads: 1, layerCheckpointing: false });
      const random = mulberry32(11);
      const [u, v] = [0, 1].map(() => Float32Array.from({ length: layout.size }, () => random() - 0.5)) as [
        Float32Array,
        Float32Array,
      ];
      const [Fu, Fv] = [await trainer.fisherProduct(pair, adapter, u), await trainer.fisherProduct(pair, adapter, v)];
      const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
      assert.ok(dot(u, Fu) > 0 && dot(v, Fv) > 0);
      assert.ok(Math.abs(dot(v, Fu) - dot(u, Fv)) <= 1e-4 * Math.sqrt(dot(u, Fu) * dot(v, Fv)));
      await trainer.release();
    });

    for (const solver of ['one-step', 'gauss-newton'] as const) {
      it(`I1, I2 (${solver}): a rejection lowers log π(y), an acceptance raises it, within the caps`, async () => {
        const answer = await generate({});
        for (const reward of [-1, 1] as const) {
          const adapter = { session: `${solver}${reward}`, train: 'session' } as const;
          const report = await reject(answer, { reward, adapter, options: { solver, seed: 1 } });
          assert.equal(report.accepted, true, String(report.reason));
          assert.ok(reward * (report.logProbAfter - report.logProbBefore) > 1e-3);
          assert.ok(report.klResponse <= 0.02 && report.klAnchors <= 0.02 && report.relativeWeightChange <= 0.01);
          const score = await model.score(
            { prompt: { tokens: answer.promptTokens }, completion: { tokens: answer.responseTokens }, adapter },
            never,
          );
          const total = score.logprobs.reduce((sum, p) => sum + p, 0);
          assert.ok(Math.abs(total - report.logProbAfter) < 1e-3, 'the report tells what the model now says');
        }
      });
    }

    it('I2: an update that fails its trust region leaves the adapter bit-identical', async () => {
      const answer = await generate({});
      assert.equal((await reject(answer, { options: { seed: 1 } })).accepted, true);
      await generate({ adapter: { session: 's' } });
      const [bytes, text] = [await saved('s'), await generate({ adapter: { session: 's' } })];
      const report = await reject(answer, { options: { klCap: 1e-12 } });
      assert.equal(report.accepted, false);
      assert.ok(report.reason === 'kl-response' || report.reason === 'no-improvement', String(report.reason));
      assert.deepEqual(await saved('s'), bytes);
      assert.deepEqual((await generate({ adapter: { session: 's' } })).logprobs, text.logprobs);
    });

    it('I3: with the adapter off the base answers bit by bit as before', async () => {
      // Twice, because a reused prompt is run in other pieces, which may round otherwise.
      await generate({});
      const before = await generate({});
      await reject(before, { options: { seed: 1 } });
      const after = await generate({});
      assert.deepEqual(after.responseTokens, before.responseTokens);
      assert.deepEqual(after.logprobs, before.logprobs);
      const adapted = await generate({ adapter: { session: 's' } });
      assert.notDeepEqual(adapted.logprobs, before.logprobs);
    });

    it('I4: twenty rejections in a row stay finite and within the cumulative caps', async () => {
      const { entropy } = await firstEntropy();
      for (let turn = 0; turn < 20; turn++) {
        const known = (await model.adapters.list()).length > 0;
        const answer = await generate({
          ...(known ? { adapter: { session: 's' } } : {}),
          sampling: { temperature: 1, seed: turn },
        });
        const report = await reject(answer, { options: { seed: 1 } });
        if (!report.accepted) continue;
        assert.ok([report.logProbAfter, report.deltaNorm, report.entropyAfter].every(Number.isFinite));
        assert.ok(report.klAnchors <= 0.02, `turn ${turn}: ${report.klAnchors}`);
        assert.ok(report.entropyAfter <= 2 * entropy * 1.5 && report.entropyAfter >= 0.25 * entropy, `turn ${turn}`);
      }
    });
    const firstEntropy = async () => {
      const answer = await generate({});
      const report = await reject(answer, { adapter: { session: 'probe', train: 'session' }, options: { seed: 1 } });
      await model.adapters.drop('probe');
      return { entropy: report.entropyBefore };
    };

    it('I5: what is rejected changes more than three times as much as unrelated samples', async () => {
      const rejected = await generate({});
      const unrelated: Generation[] = [];
      const prompts = ['The capital of', 'import os', 'x = [', 'Once', 'return a', 'class A', '/* see', '1 + 1 ='];
      for (const [i, text] of prompts.entries())
        unrelated.push(await generate({ prompt: { text }, sampling: { temperature: 1, seed: 90 + i } }));
      const report = await reject(rejected, { options: { solver: 'gauss-newton', seed: 1 } });
      assert.equal(report.accepted, true);
      const changes: number[] = [];
      for (const answer of unrelated) {
        const request = { prompt: { tokens: answer.promptTokens }, completion: { tokens: answer.responseTokens } };
        const [off, on] = [
          await model.score(request, never),
          await model.score({ ...request, adapter: { session: 's' } }, never),
        ];
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        changes.push(Math.abs(sum(on.logprobs) - sum(off.logprobs)));
      }
      const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
      assert.ok(
        mean <= 0.3 * Math.abs(report.logProbAfter - report.logProbBefore),
        `${mean} against ${report.logProbAfter - report.logProbBefore}`,
      );
    });

    it('I6: saved and loaded it is the same, reset it is the base, the same seed gives the same result', async () => {
      const answer = await generate({});
      await reject(answer, { options: { seed: 7 } });
      const { logprobs: first } = await generate({ adapter: { session: 's' } });
      const directory = join(await mkdtemp(join(cacheDirectory, 'trip-')), 'adapter');
      await model.adapters.save({ name: 's', directory });
      await model.adapters.load({ name: 'back', kind: 'session', directory });
      assert.deepEqual((await generate({ adapter: { session: 'back' } })).logprobs, first);
      const again = await reject(answer, { adapter: { session: 'again', train: 'session' }, options: { seed: 7 } });
      assert.equal(again.accepted, true);
      assert.deepEqual(await saved('again'), await saved('s'));
      await model.adapters.reset('s');
      const reset = await generate({ adapter: { session: 's' } });
      assert.ok(relativeError(reset.logprobs as number[], answer.logprobs as number[]) < 1e-5);
    });

    it('I7: an update voids what was cached of the prompt', async () => {
      const answer = await generate({});
      await reject(answer, { options: { seed: 1 } });
      await generate({ adapter: { session: 's' } });
      const reused = await generate({ adapter: { session: 's' } });
      assert.ok(reused.timings.reusedTokens > 0, 'the unchanged adapter reuses the prompt');
      assert.equal((await reject(answer)).accepted, true);
      const changed = await generate({ adapter: { session: 's' } });
      assert.equal(changed.timings.reusedTokens, 0);
      const scored = await model.score(
        {
          prompt: { tokens: changed.promptTokens },
          completion: { tokens: changed.responseTokens },
          adapter: { session: 's' },
        },
        never,
      );
      assert.ok(relativeError(changed.logprobs as number[], scored.logprobs) < 1e-4);
    });

    it('I8: without a reward there is no update', async () => {
      const answer = await generate({});
      await reject(answer, { options: { seed: 1 } });
      const bytes = await saved('s');
      for (const reward of [undefined, 0, Number.NaN]) {
        await assert.rejects(reject(answer, { reward: reward as unknown as -1 }), { code: 'model.bad-reward' });
      }
      assert.deepEqual(await saved('s'), bytes);
    });

    it('I9: words and weights give the same result together as one after the other', async () => {
      const answer = await generate({});
      const words: Partial<GenerateRequest> = { prompt: { text: 'Why did it fail?' }, sampling: { temperature: 0 } };
      const run = async (name: string, together: boolean) => {
        const weights = () => reject(answer, { adapter: { session: name, train: 'session' }, options: { seed: 2 } });
        if (together) return Promise.all([generate(words), weights()]);
        return [await generate(words), await weights()] as const;
      };
      const [parallelWords] = await run('p', true);
      const [serialWords] = await run('q', false);
      assert.equal(parallelWords.text, serialWords.text);
      assert.deepEqual(await saved('p'), await saved('q'));
    });
  });
}
