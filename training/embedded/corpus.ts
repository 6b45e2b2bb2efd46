import { trainingExamples } from './examples.ts';

/** Texts for training the tokenizer: every message and response of so many examples, as they are. */
export function* tokenizerCorpus(seed: number, examples: number): Generator<string> {
  let left = examples;
  for (const { messages, response } of trainingExamples(seed)) {
    if (left-- <= 0) return;
    for (const { content } of messages) yield content;
    yield response;
  }
}
