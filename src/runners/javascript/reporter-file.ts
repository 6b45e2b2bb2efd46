import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names the report's file to a reporter. */
export const reportVariable = 'RETUNE_REPORT';

/** Steps from this file, or from the bundle that it became part of, to the root of the package. */
const maximumSteps = 6;

/**
 * A file of `resources/reporters`, which lies at the root of the package beside `src` as well as beside `dist`.
 * @throws Error when it is missing: the package is incomplete
 */
export function reporterFile(name: string): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  for (let step = 0; step < maximumSteps; step++) {
    const candidate = path.join(directory, 'resources', 'reporters', name);
    if (existsSync(candidate)) return candidate;
    directory = path.dirname(directory);
  }
  throw new Error(`resources/reporters/${name} is missing from this installation`);
}
