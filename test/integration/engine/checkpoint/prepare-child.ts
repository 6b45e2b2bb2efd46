import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../../../src/engine/checkpoint/prepare.ts';
import type { WeightOptions } from '../../../../src/engine/checkpoint/weights.ts';

/**
 * A process that converts a model: MODEL CACHE DTYPE [FRACTION].
 * With FRACTION it stops for ever at that point of the conversion, after writing "waiting".
 */
const [model, cache, dtype, fraction] = process.argv.slice(2);
try {
  const checkpoint = await openCheckpoint(model!, architectures);
  const weights = await prepareWeights(checkpoint, {
    dtype: dtype as WeightOptions['dtype'],
    cacheDirectory: cache!,
    onProgress: (done) => {
      if (fraction === undefined || done < Number(fraction)) return;
      process.stdout.write('waiting\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  });
  process.stdout.write(`${JSON.stringify({ key: weights.key, warm: weights.warm })}\n`);
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  process.stdout.write(`${code} ${message}\n`);
  process.exitCode = 1;
}
