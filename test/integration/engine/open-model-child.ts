import { openModel } from '../../../src/engine/runtime/open-model.ts';
import { loadOrt } from '../../../src/engine/runtime/ort.ts';
import { loadProvider } from '../../../src/engine/runtime/provider.ts';
import type { Dtype } from '../../../src/policy/dtype.ts';

/**
 * A process that opens a model, answers and scores: MODEL CACHE DTYPE. When started by the superuser it becomes the user
 * RETUNE_TEST_UID first, so that the modes of files count. Prints `{warm, tokens, code, message}` as far as it came.
 */
const never = new AbortController().signal;
const [directory, cacheDirectory, dtype] = process.argv.slice(2) as [string, string, Dtype];
// While modules can still be read: the other user may not be allowed to.
await Promise.all([loadOrt(), loadProvider('cpu')]);
if (process.getuid?.() === 0) process.setuid?.(Number(process.env.RETUNE_TEST_UID));
const seen: { warm?: boolean; tokens?: number; code?: string; message?: string } = {};
try {
  const model = await openModel({ directory, cacheDirectory, dtype, provider: 'cpu', threads: 1 }, {}, never);
  seen.warm = model.info.warmCache;
  const request = { prompt: { text: 'a' }, maxTokens: 3, sampling: { temperature: 0 } };
  const [answer] = await model.generateBatch([request], never);
  seen.tokens = answer?.responseTokens.length ?? 0;
  await model.score({ prompt: { text: 'a' }, completion: { text: 'b' } }, never);
  await model.dispose();
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  Object.assign(seen, { code, message });
}
process.stdout.write(`${JSON.stringify(seen)}\n`);
