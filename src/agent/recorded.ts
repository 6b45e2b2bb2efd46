import { wordsOnly } from '../policy/capabilities.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Prompt } from '../policy/prompt.ts';
import type { WeightsStream } from './adapt.ts';
import { recordExhausted } from './errors.ts';
import type { LoopEvent } from './events.ts';
import { fallbackInstruction } from './words/fallback.ts';
import type { WordsStream } from './words/words.ts';

/** Finish reasons of an incomplete answer; all others are the model's own. */
const cutOff: ReadonlySet<string> = new Set<Generation['finish']>(['max-tokens', 'context-full']);

/** The parts of a policy that answer from a record. */
export type RecordedPolicy = Pick<Policy, 'info' | 'countTokens' | 'generate'>;

/** Roughly right for source text; used to fit prompts only when there is no model to count tokens. */
const charactersPerToken = 3.5;
const contextLength = 32_768;

/**
 * A policy that takes its answers from a session's record, one per turn from `firstTurn` on; everything else about the loop is
 * real. With a model, answers are in its tokens, so that it can compute words and weights.
 * @throws RetuneError `agent.record-exhausted` from `generate` when the record has no answer for the turn
 */
export function recordedPolicy(events: readonly LoopEvent[], model?: Policy, firstTurn = 1): RecordedPolicy {
  const answers = new Map(
    events.flatMap((event) => (event.kind === 'generated' ? [[event.turn, event] as const] : [])),
  );
  let turn = firstTurn;
  return {
    info: model?.info ?? { capabilities: wordsOnly, contextLength },
    async countTokens(prompt, signal) {
      if (model !== undefined) return model.countTokens(prompt, signal);
      return Math.ceil(JSON.stringify(prompt).length / charactersPerToken);
    },
    async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation> {
      const answer = answers.get(turn);
      if (answer === undefined) throw recordExhausted(turn);
      turn++;
      const started = performance.now();
      yield { kind: 'token', id: 0, text: answer.text };
      const scores = model?.info.capabilities.scores === true;
      const scored = scores
        ? await model.score({ prompt: withoutPrefix(request.prompt), completion: { text: answer.text } }, signal)
        : undefined;
      return {
        text: answer.text,
        promptTokens: scored?.promptTokens ?? [],
        responseTokens: scored?.completionTokens ?? [],
        finish: cutOff.has(answer.finish) ? (answer.finish as Generation['finish']) : 'stop-token',
        seed: answer.seed ?? 0,
        timings: { reusedTokens: 0, prefillMs: 0, decodeMs: Math.round(performance.now() - started) },
      };
    },
  };
}

/** What is recorded begins with the prefix. */
function withoutPrefix(prompt: Prompt): Prompt {
  return 'messages' in prompt ? { messages: prompt.messages } : prompt;
}

/** The instructions of the record; where it has none for a turn, the template that needs no model. */
export function recordedWords(events: readonly LoopEvent[]): WordsStream {
  const words = new Map(
    events.flatMap((event) => (event.kind === 'words' ? [[event.turn, event.words] as const] : [])),
  );
  return async (input) =>
    words.get(input.turn) ?? { instruction: fallbackInstruction(input), source: 'fallback', calls: [] };
}

export const noWeights: WeightsStream = async () => ({
  kind: 'skipped',
  why: 'The attempts come from a record and no model was given, so there is nothing to adapt.',
});
