import assert from 'node:assert/strict';
import { architectures } from '../../src/engine/architectures/index.ts';
import { openCheckpoint, readTensor } from '../../src/engine/checkpoint/checkpoint.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { AdamW } from '../../training/engine/adamw.ts';
import { ParameterTrainer, type TrainingBatch } from '../../training/engine/parameter-trainer.ts';
import { checkpointDirectory, readJson, readTensors, relativeError } from '../support/oracle.ts';

interface TrainingOracle {
  readonly batches: number[][][];
  readonly losses: number[];
  readonly optimizer: { lr: number; betas: [number, number]; eps: number; weightDecay: number };
}

/** Training from scratch against PyTorch: all-parameter gradients and ten losses, on any provider. */
export function trainingSuite(provider: ProviderName): void {
  describe(`training from scratch against PyTorch (${provider})`, () => {
    for (const layerCheckpointing of [false, true]) {
      it(`gradients of all parameters ≤ 1e-4 and ten losses within 1e-4${layerCheckpointing ? ', layer checkpointing' : ''}`, async () => {
        const oracle = readJson<TrainingOracle>('checkpoints', 'qwen2-train', 'training.json');
        const expected = readTensors('checkpoints', 'qwen2-train', 'training.safetensors');
        const checkpoint = await openCheckpoint(checkpointDirectory('qwen2-train'), architectures);
        const parameters = new Map<string, Float32Array>();
        for (const name of checkpoint.tensors.keys()) parameters.set(name, await readTensor(checkpoint, name));
        const trainer = await ParameterTrainer.create(checkpoint.config, { provider, threads: 1, layerCheckpointing });
        const optimiser = new AdamW();
        const { lr, betas, eps, weightDecay } = oracle.optimizer;
        for (const [step, rows] of oracle.batches.entries()) {
          const { loss, gradients } = await trainer.gradient(parameters, batchOf(rows));
          const target = oracle.losses[step] as number;
          assert.ok(Math.abs(loss - target) <= 1e-4, `step ${step}: ${loss}, PyTorch ${target}`);
          if (step === 0) {
            assert.deepEqual([...gradients.keys()].sort(), Object.keys(expected).sort());
            for (const [name, gradient] of gradients) {
              const error = relativeError(gradient, expected[name] as Float32Array);
              assert.ok(error <= 1e-4, `${name}: ${error}`);
            }
          }
          const [beta1, beta2] = betas;
          optimiser.step(parameters, gradients, { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay });
        }
        await trainer.dispose();
      });
    }
  });
}

function batchOf(rows: readonly (readonly number[])[]): TrainingBatch {
  const time = (rows[0]?.length ?? 1) - 1;
  return {
    batch: rows.length,
    time,
    inputs: Int32Array.from(rows.flatMap((row) => row.slice(0, -1))),
    targets: Int32Array.from(rows.flatMap((row) => row.slice(1))),
    weights: new Float32Array(rows.length * time).fill(1 / (rows.length * time)),
  };
}
