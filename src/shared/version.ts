import { readFileSync } from 'node:fs';
import path from 'node:path';

/** From the nearest package.json above this file, which is the product's own both in the source tree and in a bundle. */
export function productVersion(): string {
  for (let place = import.meta.dirname; ; place = path.dirname(place)) {
    try {
      const { version } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as { version?: unknown };
      if (typeof version === 'string') return version;
    } catch {
      // Not here: try one directory up.
    }
    if (place === path.dirname(place)) return 'unknown';
  }
}
