import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/** Command line and editor may use the same, and not each other. */
const faceFloors: readonly string[] = [
  'src/connect',
  'src/models',
  'src/session',
  'src/runners',
  'src/targeting',
  'src/files',
  'src/benchmarks',
  'src/sidecar/client',
  'src/sidecar/protocol',
  'src/agent',
  'src/policy',
  'src/shared',
];

/**
 * Which folders a folder may import, besides itself. The longest row that a path begins with is its own; a row that is named
 * stands for everything below it. Imports only go downwards, so no row may name one that stands above it here.
 */
const floors: Readonly<Record<string, readonly string[]>> = {
  'src/shared': [],
  'src/policy': ['src/shared'],

  'src/engine/checkpoint': ['src/policy', 'src/shared'],
  'src/engine/tokenizer': ['src/policy', 'src/shared'],
  'src/engine/gguf': ['src/engine/tokenizer', 'src/engine/checkpoint', 'src/policy', 'src/shared'],
  'src/engine/graph': ['src/engine/checkpoint', 'src/policy', 'src/shared'],
  'src/engine/architectures': ['src/engine/graph', 'src/engine/checkpoint', 'src/policy', 'src/shared'],
  'src/engine/adaptation': ['src/engine/graph', 'src/engine/gguf', 'src/engine/checkpoint', 'src/policy', 'src/shared'],
  'src/engine/generation': ['src/engine/graph', 'src/engine/tokenizer', 'src/policy', 'src/shared'],
  'src/engine/runtime': [
    'src/engine/generation',
    'src/engine/adaptation',
    'src/engine/architectures',
    'src/engine/graph',
    'src/engine/gguf',
    'src/engine/tokenizer',
    'src/engine/checkpoint',
    'src/policy',
    'src/shared',
  ],

  'src/agent': ['src/policy', 'src/shared'],

  'src/sidecar/errors.ts': ['src/shared'],
  'src/sidecar/protocol': ['src/sidecar/errors.ts', 'src/policy', 'src/shared'],
  'src/sidecar/client': ['src/sidecar/protocol', 'src/sidecar/errors.ts', 'src/policy', 'src/shared'],
  'src/sidecar/server': ['src/sidecar/protocol', 'src/sidecar/errors.ts', 'src/engine', 'src/policy', 'src/shared'],

  'src/files/edits': ['src/shared'],
  'src/files/snapshots': ['src/files/edits', 'src/shared'],
  'src/targeting': ['src/files', 'src/agent', 'src/shared'],
  'src/runners': ['src/agent', 'src/shared'],
  'src/benchmarks': ['src/agent', 'src/policy', 'src/shared'],
  'src/session': ['src/runners', 'src/targeting', 'src/files', 'src/agent', 'src/policy', 'src/shared'],
  // Of the engine only its lists of names, which load neither graphs nor onnxruntime.
  'src/models': ['src/engine/architectures', 'src/engine/gguf', 'src/shared'],
  'src/connect': ['src/sidecar/client', 'src/sidecar/protocol', 'src/policy', 'src/shared'],
  'src/cli': faceFloors,
  'src/extension': faceFloors,
  training: ['src', 'tools'],
  tools: ['src', 'training', 'test/support'],
  test: ['src', 'training', 'tools'],
};

/** Modules that only some folders may import. */
const reserved: readonly { readonly module: RegExp; readonly only: readonly string[]; readonly why: string }[] = [
  {
    module: /^vscode$/,
    only: ['src/extension', 'test'],
    why: 'Everything but the extension must also run without an editor.',
  },
  {
    module: /^onnxruntime-(node|common)$/,
    only: ['src/engine', 'training', 'test', 'tools'],
    why: 'A client must start and answer on a machine that lacks the native library.',
  },
  {
    module: /^(node:|vscode-jsonrpc)/,
    only: ['src/(?!agent/|policy/)', 'test', 'tools', 'training'],
    why: 'The loop and the contract are pure: no files, no processes.',
  },
];

/** @returns the row that a path belongs to; undefined when no row knows it */
function floorOf(path: string): string | undefined {
  return Object.keys(floors)
    .filter((row) => isBelow(path, row))
    .sort((a, b) => b.length - a.length)[0];
}

export function layerViolations(sources: readonly Source[]): Violation[] {
  return [...tableViolations(), ...sources.flatMap((source) => [...arrows(source), ...reservedImports(source)])];
}

/** The table itself must have a direction: a row names only rows above it in the text, which are the floors below. */
function tableViolations(): Violation[] {
  const rows = Object.keys(floors).filter((row) => row.startsWith('src/'));
  return rows.flatMap((row, at) =>
    floors[row]!.filter((named) => !rows.slice(0, at).some((known) => isBelow(known, named))).map((named) => ({
      path: 'tools/check/layers.ts',
      what: `The row ${row} names ${named}, which is no floor below it.`,
      remedy: 'Name only rows that stand above it in the table.',
    })),
  );
}

function arrows(source: Source): Violation[] {
  const own = floorOf(source.path);
  if (own === undefined) return [unknownFolder(source.path)];
  return source.imports.flatMap(({ to, relative, line }) => {
    if (!relative || to.startsWith('resources/')) return [];
    if (floorOf(to) === own || floors[own]!.some((allowed) => isBelow(to, allowed))) return [];
    const what = `${own} must not import ${to}.`;
    const remedy = 'Move what is needed down to a folder that both may import, or pass it as a parameter.';
    return [{ path: source.path, line, what, remedy }];
  });
}

function unknownFolder(path: string): Violation {
  const what = 'This folder is in no row of the table of floors.';
  return { path, what, remedy: 'Add a row to tools/check/layers.ts, and to ARCHITECTURE.md.' };
}

function reservedImports({ path, imports }: Source): Violation[] {
  return imports.flatMap(({ to, relative, line }) =>
    reserved
      .filter(({ module, only }) => !relative && module.test(to) && !only.some((o) => new RegExp(`^${o}`).test(path)))
      .map(({ why }) => ({ path, line, what: `${to} must not be imported here. ${why}`, remedy: 'Pass it in.' })),
  );
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
