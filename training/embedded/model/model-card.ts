import { promptVersion } from '../../../src/agent/prompts/version.ts';
import type { ModelConfig } from '../../../src/engine/checkpoint/model-config.ts';
import type { Recipe } from '../recipe.ts';
import { parameterCount } from './shape.ts';

export interface CardFigures {
  readonly recipe: Recipe;
  readonly config: ModelConfig;
  readonly steps: number;
  readonly tokens: number;
  /** Mean loss per response token, by kind of example. */
  readonly validation: Readonly<Record<string, number>>;
  /** Size of model.safetensors. */
  readonly megabytes: number;
  /** What was special about this run; '' = nothing. */
  readonly note: string;
  /** Markdown rows `| what | figure |` of an evaluation. */
  readonly evaluation: readonly (readonly [string, string])[];
}

/** The README.md of the model's directory. */
export function modelCard(figures: CardFigures): string {
  const { recipe, config, steps, tokens, validation, megabytes, note, evaluation } = figures;
  const million = (value: number): string => `${(value / 1e6).toFixed(1)} million`;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const losses = Object.entries(validation)
    .sort()
    .map(([kind, loss]) => `| ${kind} | ${loss.toFixed(3)} |`)
    .join('\n');
  return `---
license: mit
language: en
library_name: transformers
pipeline_tag: text-generation
---

# Retune's embedded model

A demonstration: a decoder of ${million(parameterCount(config))} parameters that was trained from scratch by Retune's own engine.
It lets Retune work on a fresh machine without a download, and it is small enough to show on any computer whether adapting words and weights helps.
For real work, open a real model with Retune instead.

## What it can do

- Write or correct one small pure function in JavaScript over numbers, strings, arrays and objects, of the kinds it was trained on, when asked in the way it was trained on.
- Correct an attempt when it is told what was meant.
- Say in Retune's format why an attempt failed, and write the instruction for the next one.

## What it cannot do

- Anything else: other languages, larger files, other tasks, conversation.
  It has never seen text that was written by people.
- Use prompts of another version than ${promptVersion} (\`promptVersion\`): the sentences that Retune's prompts repeat are single tokens for it.
- Know which of several readings of an ambiguous request is meant; it guesses, and the tests or the developer decide.

## Data

Endless generated examples (\`training/embedded/examples.ts\`): families of small functions with drawn names and parameters, and grammars of requests and code for training alone; for each an empty or faulty version, requests in several phrasings and in other words, and whole sessions of failed attempts, comments and instructions.
No text or code of others.
Parameters, phrasings and whole families are held out for the benchmark \`retune replay smallfix\`; tests prove that none of them occurs in training, also not under another name.

## Recipe

| | |
|---|---|
| architecture | Qwen2: ${config.layers} layers, width ${config.hiddenSize}, feed-forward ${config.intermediateSize}, ${config.heads} heads, ${config.kvHeads} key/value heads, tied embeddings |
| vocabulary | ${config.vocabSize}, byte-level byte pairs, trained on the same examples |
| context | ${config.maxPositions} tokens |
| optimiser | ${recipe.muon > 0 ? `Muon for the matrices of layers (rate ${Number((recipe.schedule.peak * recipe.muon).toPrecision(3))}), AdamW for the rest` : 'AdamW'} (rate ${recipe.schedule.peak}, β 0.9 and 0.95, weight decay ${recipe.weightDecay}), gradient norm at most ${recipe.clip} |
| schedule | ${recipe.schedule.warmupSteps} steps of warm-up, constant, linear decay over the last ${percent(recipe.schedule.decayShare)}${recipe.schedule.again === undefined ? '' : `; then, for the last ${percent(recipe.schedule.again.share)} of the run, once more from ${percent(recipe.schedule.again.peak)} of the rate to nothing`} |
| batch | ${recipe.positions * recipe.batchesPerStep} positions |
| loss | of the responses; in the first ${percent(recipe.promptShare)} of the run prompts count ${recipe.promptWeight} |
| trained on | ${million(tokens)} tokens in ${steps} steps, seed ${recipe.seed}, on two CPU cores |
| stored as | BF16, ${megabytes.toFixed(1)} MB |

\`npm run train:embedded\` trains such a model; \`training/results/embedded-loss.svg\` shows the losses of this one.${note === '' ? '' : `\n${note}`}

## Figures

Loss in nats per token on examples from a seed that training does not use:

| kind | loss |
|---|---|
${losses}
${
  evaluation.length === 0
    ? ''
    : `
Greedy answers to tasks of the training split (\`training/embedded/evaluate.ts\`):

| what | share |
|---|---|
${evaluation.map(([what, share]) => `| ${what} | ${share} |`).join('\n')}
`
}
How often it solves held-out tasks, alone and with each way of adapting: \`docs/results/smallfix.json\` and the documentation.

## Licence

MIT, like Retune.
`;
}
