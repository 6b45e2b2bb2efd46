import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stateRoot } from '../../shared/state-root.ts';
import { stateDirectoryUnusable } from './errors.ts';

/** Names the adapters of one model, in that model's folder of the state directory. */
export const journalName = 'adapters.json';

const staleMs = 14 * 24 * 3600 * 1000;

/** Makes the directory and returns it; a new one under the user's state folder when none was given. */
export function prepareStateDirectory(given: string | undefined): string {
  const sidecars = join(stateRoot(), 'sidecars');
  const directory = given ?? join(sidecars, randomUUID());
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (given === undefined) removeStale(sidecars);
  } catch (error) {
    throw stateDirectoryUnusable(directory, error);
  }
  return directory;
}

/** Clients that were killed leave their directories behind; nobody will ask for them again. */
function removeStale(sidecars: string): void {
  for (const entry of readdirSync(sidecars)) {
    const path = join(sidecars, entry);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - modified > staleMs) rmSync(path, { recursive: true, force: true });
  }
}

/** Removes what this sidecar wrote; the directory itself only when nothing else lies in it. */
export function discardState(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory)) {
    if (existsSync(join(directory, entry, journalName)))
      rmSync(join(directory, entry), { recursive: true, force: true });
  }
  if (readdirSync(directory).length === 0) rmSync(directory, { recursive: true, force: true });
}
