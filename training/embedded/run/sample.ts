import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModel } from '../../../src/engine/runtime/open-model.ts';
import type { Example } from '../examples/example.ts';

/** The model's greedy answer to an example beside the expected one. */
export async function sampled(directory: string, examples: Iterable<Example>): Promise<string> {
  const signal = new AbortController().signal;
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'retune-sample-'));
  try {
    const model = await openModel(
      { directory, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory },
      {},
      signal,
    );
    try {
      for (const { messages, response, kind } of examples) {
        const stream = model.generate({ prompt: { messages }, sampling: { temperature: 0 }, maxTokens: 160 }, signal);
        let next = await stream.next();
        while (!next.done) next = await stream.next();
        return `— ${kind}: ${messages.at(-1)?.content}\n— should be\n${response}\n— is\n${next.value.text}`;
      }
      return '';
    } finally {
      await model.dispose();
    }
  } finally {
    await rm(cacheDirectory, { recursive: true, force: true });
  }
}
