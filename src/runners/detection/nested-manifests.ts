import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from '../runner.ts';
import { isManifest } from './manifests.ts';

const maximumDepth = 3;
/** Maximum number of directories that are read at each depth. */
const maximumDirectories = 200;
const maximumNamed = 3;
const uninteresting = /^(\.|node_modules$|target$|build$|dist$|vendor$|venv$|__pycache__$)/;

/** A few manifests below a folder, relative to it with `/`, so that a message can name what may have been meant. */
export async function nestedManifests(runners: readonly Runner[], folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  let level = [''];
  for (let depth = 0; depth < maximumDepth && found.length < maximumNamed; depth++) {
    const next: string[] = [];
    for (const directory of level.slice(0, maximumDirectories)) {
      const entries = await readdir(join(folder, directory), { withFileTypes: true }).catch(() => []);
      const manifest = entries.find((entry) => entry.isFile() && isManifest(runners, entry.name));
      if (manifest !== undefined && directory !== '') found.push(`${directory}${manifest.name}`);
      for (const entry of entries) {
        if (entry.isDirectory() && !uninteresting.test(entry.name)) next.push(`${directory}${entry.name}/`);
      }
    }
    level = next.sort();
  }
  return found.slice(0, maximumNamed);
}
