import type { Trainer } from '../../../../src/engine/adaptation/trainer.ts';

type Runs = 'evaluate' | 'gradient' | 'fisherProduct';

/** A trainer with some results changed after they were computed. */
export function wrap(
  trainer: Trainer,
  change: { [K in Runs]?: (result: Awaited<ReturnType<Trainer[K]>>) => Awaited<ReturnType<Trainer[K]>> },
): Trainer {
  const same = <T>(result: T): T => result;
  return {
    evaluate: async (...args) => (change.evaluate ?? same)(await trainer.evaluate(...args)),
    gradient: async (...args) => (change.gradient ?? same)(await trainer.gradient(...args)),
    fisherProduct: async (...args) => (change.fisherProduct ?? same)(await trainer.fisherProduct(...args)),
  };
}

/** Fires the signal during the n-th model run. */
export function abortingAt(trainer: Trainer, n: number, abort: AbortController): Trainer {
  let runs = 0;
  const count = <T>(result: T): T => {
    runs++;
    if (runs === n) abort.abort();
    return result;
  };
  return wrap(trainer, { evaluate: count, gradient: count, fisherProduct: count });
}
