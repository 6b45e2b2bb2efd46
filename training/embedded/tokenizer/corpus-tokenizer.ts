import type { Example } from '../examples/example.ts';
import type { Recipe } from '../recipe.ts';
import { commonPhrases } from './phrases.ts';
import { type TrainedTokenizer, trainTokenizer } from './tokenizer.ts';

/** The tokenizer of a recipe, learnt from the first examples of a sequence. */
export function tokenizerFor(
  examples: Iterable<Example>,
  recipe: Pick<Recipe, 'tokenizerExamples' | 'phrases' | 'vocabularySize' | 'shape'>,
): TrainedTokenizer {
  const documents = new Map<string, string[][]>();
  let left = recipe.tokenizerExamples;
  for (const { kind, messages, response } of examples) {
    const group = documents.get(kind) ?? [];
    documents.set(kind, group);
    group.push([...messages.map(({ content }) => content), response]);
    if (--left <= 0) break;
  }
  return trainTokenizer([...documents.values()].flat(2), {
    vocabularySize: recipe.vocabularySize,
    phrases: commonPhrases(documents, recipe.phrases),
    maxPositions: recipe.shape.maxPositions,
  });
}
