import { mulberry32 } from '../../src/shared/random.ts';
import { criticExample } from './critic-examples.ts';
import { choose, problemPool } from './draw.ts';
import type { Example } from './example.ts';
import { mix } from './mix.ts';
import { repairExample } from './repair-examples.ts';
import { solveExample } from './solve-examples.ts';

export type { Example } from './example.ts';

/** UTF-16 code units of messages and response: what is longer would not fit into the model's context of 1024 tokens. */
const longest = 3200;

/** Endless, and the same for the same seed. */
export function* trainingExamples(seed: number): Generator<Example, never> {
  const random = mulberry32(seed);
  const nextProblem = problemPool(random);
  const makers = { solve: solveExample, repair: repairExample, critique: criticExample };
  for (;;) {
    const kind = choose(random, mix.kind);
    const example = makers[kind](nextProblem(), random);
    if (example === undefined || lengthOf(example) > longest) continue;
    yield { kind: example.kind, messages: example.messages, response: example.response };
  }
}

export function lengthOf({ messages, response }: Example): number {
  return messages.reduce((sum, { content }) => sum + content.length, response.length);
}
