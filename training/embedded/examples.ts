import { mulberry32 } from '../../src/shared/random.ts';
import { criticExample } from './examples/critic-examples.ts';
import { choose, problemPool } from './examples/draw.ts';
import type { Example } from './examples/example.ts';
import { mix } from './examples/mix.ts';
import { repairExample } from './examples/repair-examples.ts';
import { solveExample } from './examples/solve-examples.ts';

export type { Example } from './examples/example.ts';

/** Maximum UTF-16 code units of messages and response; more would not fit into the model's context of 1024 tokens. */
const longest = 3200;

/** Endless training examples, the same for the same seed. */
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
