import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Violation } from './violation.ts';

/** Where a path in a document may begin: documents name files below these without repeating them. */
const roots = [
  '',
  'src',
  'src/engine',
  'src/engine/runtime',
  'src/sidecar',
  'src/runners',
  'src/files',
  'src/agent',
  'test',
  'docs',
];
/** Something in code style with a folder in it, or a file of ours. */
const named = /`((?:[\w.-]+\/)+[\w.*-]*|[\w-]+\.(?:ts|mjs|py|json))(?::\d+)?`/g;
/** Paths that are no source: examples, names on the wire, what is made or installed. */
const foreign =
  /^(forward|backward)\.ts$|^model\/|^\.c|node_modules|^(refs|adapters|snapshots|checkpoints|path|org|ORG)\b|[A-Z]{3,}|^(package|tsconfig|config)\.json$/;

/** Files that the documents of developers name and that are not there. */
export function documentViolations(): Violation[] {
  const files = globSync('{src,test,tools,training,resources,docs}/**', {
    exclude: (name) => /node_modules/.test(name),
  });
  const known = new Set([...files, ...globSync('*')].map((name) => name.replaceAll(path.sep, '/')));
  return ['ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((document) =>
    missingPaths(readFileSync(document, 'utf8'), known).map(({ line, name }) => ({
      path: document,
      line,
      what: `There is no ${name}.`,
      remedy: 'Name the file where it is now.',
    })),
  );
}

export function missingPaths(
  text: string,
  known: ReadonlySet<string>,
): readonly { readonly line: number; readonly name: string }[] {
  return text.split('\n').flatMap((content, at) =>
    [...content.matchAll(named)]
      .map(([, name]) => name!.replace(/\/$/, ''))
      .filter((name) => !foreign.test(name) && !exists(name, known))
      .map((name) => ({ line: at + 1, name })),
  );
}

function exists(name: string, known: ReadonlySet<string>): boolean {
  if (name.includes('*')) return true;
  if (roots.some((root) => hasPath(path.posix.join(root, name), known))) return true;
  // A file's name alone is enough where it is unambiguous to a reader of the sentence.
  return !name.includes('/') && [...known].some((file) => file.endsWith(`/${name}`));
}

/** The path itself, or with the ending of a source or a test, which documents leave out. */
function hasPath(name: string, known: ReadonlySet<string>): boolean {
  return ['', '.ts', '.test.ts'].some((ending) => known.has(name + ending));
}
