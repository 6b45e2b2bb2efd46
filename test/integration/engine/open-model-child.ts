import { openModel } from '../../../src/engine/runtime/open-model.ts';
import type { Dtype } from '../../../src/shared/model-types.ts';

/**
 * A process that opens a model and updates an adapter once: MODEL CACHE DTYPE. When started by the superuser it becomes
 * another user first, so that the modes of files count. Prints `{warm, accepted}` or `{code, message}`.
 */
const never = new AbortController().signal;
const [directory, cacheDirectory, dtype] = process.argv.slice(2) as [string, string, Dtype];
// Modules are loaded lazily, and only the first user may be allowed to read them.
const { loadOrt } = await import('../../../src/engine/runtime/ort.ts');
await loadOrt();
if (process.getuid?.() === 0) process.setuid?.(Number(process.env.RETUNE_TEST_UID));
try {
  const model = await openModel({ directory, cacheDirectory, dtype, provider: 'cpu', threads: 1 }, {}, never);
  const [answer] = await model.generateBatch(
    [{ prompt: { text: 'a' }, maxTokens: 3, sampling: { temperature: 0 } }],
    never,
  );
  process.stdout.write(`${JSON.stringify({ warm: model.info.warmCache, tokens: answer?.responseTokens.length })}\n`);
  await model.dispose();
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
}
