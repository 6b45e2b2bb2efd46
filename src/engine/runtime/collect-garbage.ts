import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage now. Results of runs are large arrays outside of V8's heap, which sees little reason to hurry; where memory
 * is short they must be gone before the next large run. Takes some ten milliseconds.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    // The function exists only in contexts made after the flag was set.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
