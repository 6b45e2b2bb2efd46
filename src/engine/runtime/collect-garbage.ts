import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage now, which takes about 10 ms. Results of runs are large arrays outside V8's heap, so that V8 sees little reason
 * to collect them; where memory is short they must be gone before the next large run.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    // The function exists only in contexts made after the flag was set.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
