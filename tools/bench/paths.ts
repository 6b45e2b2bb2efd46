import { fileURLToPath } from 'node:url';

/** Everything that the benchmark makes is here, and can be deleted at any time. */
export const cacheDirectory = fileURLToPath(new URL('../../.cache/bench/', import.meta.url));
export const peersDirectory = fileURLToPath(new URL('peers/', import.meta.url));

export function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
