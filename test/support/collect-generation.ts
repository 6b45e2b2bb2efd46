import type { Generation, GenerationEvent } from '../../src/policy/generation.ts';

/** Runs a generation to its end. */
export async function collectGeneration(events: AsyncGenerator<GenerationEvent, Generation>): Promise<Generation> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}
