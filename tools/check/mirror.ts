import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/** `test/unit/engine/graph/x.test.ts` tests `src/engine/graph`; what lies outside of src keeps its folder's name. */
export function mirrorViolations(sources: readonly Source[]): Violation[] {
  const folders = new Set(sources.flatMap(({ path: name }) => testFolder(name) ?? []));
  return [...folders].filter((folder) => !mirrored(folder)).map(violation);
}

function testFolder(name: string): string | undefined {
  return /^test\/(?:unit|integration)\/.*\.test\.ts$/.test(name) ? path.posix.dirname(name) : undefined;
}

/** A folder, or a file whose tests fill a folder. */
function mirrored(folder: string): boolean {
  const tested = folder.split('/').slice(2).join('/');
  if (tested === '') return false;
  const source = /^(tools|training)(\/|$)/.test(tested) ? tested : `src/${tested}`;
  return existsSync(source) || existsSync(`${source}.ts`);
}

function violation(folder: string): Violation {
  return {
    path: folder,
    what: 'There is no source folder or file of this name.',
    remedy: 'Tests lie under test/unit or test/integration at the path of what they test.',
  };
}
