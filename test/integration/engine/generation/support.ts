import type { GenerateDeps } from '../../../../src/engine/generation/generate.ts';
import { PrefixCache } from '../../../../src/engine/generation/prefix-cache.ts';
import type { EffectiveAdapter } from '../../../../src/engine/graph/lora.ts';
import type { Generation, GenerationEvent } from '../../../../src/policy/generation.ts';
import { ToyDecoder, type ToyOptions } from '../../../unit/engine/generation/toy-decoder.ts';
import { endOfText, ToyTokenizer } from '../../../unit/engine/generation/toy-tokenizer.ts';

export const tokenizer = new ToyTokenizer();

export interface ToyDeps extends GenerateDeps {
  readonly decoder: ToyDecoder;
}

export function toyDeps(options: ToyOptions = {}): ToyDeps {
  const decoder = new ToyDecoder(options);
  return {
    decoder,
    tokenizer,
    cache: new PrefixCache(decoder),
    stopTokens: [],
    defaults: { stopTokens: [endOfText], temperature: 0 },
  };
}

/** A decoder that answers with these tokens after a prompt of this length, and then with the end. */
export function scripted(answer: readonly number[], promptLength: number, options: ToyOptions = {}): ToyDeps {
  return toyDeps({ ...options, script: (tokens) => answer[tokens.length - promptLength] ?? endOfText });
}

export function adapter(version: number, rank = 2): EffectiveAdapter {
  return { layout: { rank, size: 0, slots: [] }, theta: new Float32Array(0), version };
}

export interface Collected {
  readonly events: readonly GenerationEvent[];
  readonly result: Generation;
}

export async function collect(
  stream: AsyncGenerator<GenerationEvent, Generation>,
  onEvent: (event: GenerationEvent) => void = () => {},
): Promise<Collected> {
  const events: GenerationEvent[] = [];
  for (;;) {
    const step = await stream.next();
    if (step.done === true) return { events, result: step.value };
    events.push(step.value);
    onEvent(step.value);
  }
}

export function texts(events: readonly GenerationEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'token' ? [event.text] : []));
}

export const never = new AbortController().signal;
