import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import type { TokenPair, Trainer } from './trainer.ts';
import { sum } from './vector.ts';

/** Ordinary beginnings of code and prose, on which the model should keep behaving as the base does. */
export const anchorPrompts: readonly string[] = [
  'def fibonacci(n):\n    """Return the n-th Fibonacci number."""\n',
  'function clamp(value, low, high) {\n  return ',
  'The capital of France is',
  'To reverse a list in Python, use',
  '# Sort the words by length, shortest first\nwords = ',
  'Once upon a time there was a',
];

/** Maximum number of response tokens of one anchor. */
const maxAnchorTokens = 12;
/** Bytes that the cached base distributions may take, all anchors together. */
const defaultCacheBytes = 64 * 1024 * 1024;

/** Anchors with the base model's own continuations and its log-probabilities [R, V] there. */
export interface AnchorSet {
  readonly anchors: readonly { readonly pair: TokenPair; readonly base: Float32Array }[];
  /** Response positions of all anchors. */
  readonly tokens: number;
}

export interface AnchorDependencies {
  readonly trainer: Trainer;
  readonly vocabSize: number;
  /** Raw text to tokens, no chat template. */
  readonly encode: (text: string) => readonly number[];
  /**
   * Greedy continuation by the base model (all adapters off); may be shorter than asked.
   * @throws RetuneError `generation.prompt-too-long`, after which a shorter prompt is tried.
   */
  readonly generate: (prompt: readonly number[], maxTokens: number, signal: AbortSignal) => Promise<readonly number[]>;
  readonly prompts?: readonly string[];
  readonly cacheBytes?: number;
}

/**
 * Runs the base model on every anchor once: one generation and one evaluation each.
 * A vocabulary too large for `cacheBytes` gives shorter continuations, at least one token each; a context too small for an
 * anchor gives a shorter prompt, and none where even one token and its continuation do not fit.
 */
export async function prepareAnchors(dependencies: AnchorDependencies, signal: AbortSignal): Promise<AnchorSet> {
  const { trainer, vocabSize, encode, generate, prompts = anchorPrompts } = dependencies;
  const { cacheBytes = defaultCacheBytes } = dependencies;
  const room = Math.floor(cacheBytes / (Float32Array.BYTES_PER_ELEMENT * vocabSize * Math.max(1, prompts.length)));
  const length = Math.max(1, Math.min(maxAnchorTokens, room));
  const anchors: { pair: TokenPair; base: Float32Array }[] = [];
  for (const text of prompts) {
    throwIfCancelled(signal, 'Preparing the anchors');
    const pair = await continued(encode(text), length, generate, signal);
    if (pair === undefined) continue;
    throwIfCancelled(signal, 'Preparing the anchors');
    const { distribution } = await trainer.evaluate(pair, undefined, { distribution: true });
    // A copy, because the result may be a view of a far larger buffer.
    anchors.push({ pair, base: distribution!.slice() });
  }
  return { anchors, tokens: anchors.reduce((count, { pair }) => count + pair.response.length, 0) };
}

async function continued(
  prompt: readonly number[],
  length: number,
  generate: AnchorDependencies['generate'],
  signal: AbortSignal,
): Promise<TokenPair | undefined> {
  if (prompt.length === 0) return undefined;
  try {
    const response = (await generate(prompt, length, signal)).slice(0, length);
    return response.length > 0 ? { prompt, response } : withinPrompt(prompt, length);
  } catch (error) {
    const longest = longestPrompt(error);
    if (longest === undefined || longest >= prompt.length) throw error;
    // Half of the context stays for the continuation where all of it does not fit.
    const shorter = Math.max(Math.ceil(longest / 2), longest + 1 - length);
    return continued(prompt.slice(0, shorter), length, generate, signal);
  }
}

function longestPrompt(error: unknown): number | undefined {
  if (!(error instanceof RetuneError) || error.code !== 'generation.prompt-too-long') return undefined;
  return Number(error.data.longest);
}

/** When the base has nothing to add, its predictions within the prompt serve as well. */
function withinPrompt(prompt: readonly number[], length: number): TokenPair | undefined {
  const cut = Math.max(1, prompt.length - length);
  return cut < prompt.length ? { prompt: prompt.slice(0, cut), response: prompt.slice(cut) } : undefined;
}

/**
 * Mean per-token KL(base ‖ current) over all anchors, nat: one evaluation per anchor. Stops early once the mean is
 * certain to exceed `cap` and then returns a lower bound above the cap.
 */
export async function anchorDivergence(
  trainer: Trainer,
  set: AnchorSet,
  current: EffectiveAdapter,
  cap: number,
  signal: AbortSignal,
): Promise<number> {
  let total = 0;
  for (const { pair, base } of set.anchors) {
    throwIfCancelled(signal, 'The weight update');
    const { divergence } = await trainer.evaluate(pair, current, { distribution: false, reference: base });
    total += sum(divergence!);
    if (!(total <= cap * set.tokens)) break;
  }
  return set.tokens === 0 ? 0 : total / set.tokens;
}
