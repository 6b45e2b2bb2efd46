import type { ParameterTrainer } from '../../engine/parameter-trainer.ts';
import { bucketed, type EncodedExample, trainingBatch } from './batches.ts';

const perKind = 64;
const positions = 4096;

/** The same number of each kind; the kinds are those that occur in the first examples. */
export function validationSet(examples: Iterable<EncodedExample>): readonly EncodedExample[] {
  const chosen = new Map<string, EncodedExample[]>();
  let seen = 0;
  for (const example of examples) {
    const group = chosen.get(example.kind) ?? [];
    chosen.set(example.kind, group);
    if (group.length < perKind) group.push(example);
    if (++seen >= perKind * 3 && [...chosen.values()].every(({ length }) => length === perKind)) break;
    if (seen > perKind * 100) break;
  }
  return [...chosen.values()].flat();
}

export async function validationLoss(
  trainer: Pick<ParameterTrainer, 'gradient'>,
  parameters: ReadonlyMap<string, Float32Array>,
  examples: readonly EncodedExample[],
): Promise<Readonly<Record<string, number>>> {
  const losses: Record<string, number> = {};
  for (const kind of new Set(examples.map((example) => example.kind))) {
    let loss = 0;
    let tokens = 0;
    for (const batch of bucketed(
      examples.filter((example) => example.kind === kind),
      positions,
    )) {
      loss += (await trainer.gradient(parameters, trainingBatch(batch, 0))).loss;
      tokens += batch.reduce((sum, example) => sum + example.tokens.length - example.prompt, 0);
    }
    losses[kind] = loss / tokens;
  }
  return losses;
}
