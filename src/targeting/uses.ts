import { goPackage } from './imports/go.ts';
import type { LocalImport } from './imports/local-import.ts';
import { folderOf } from './imports/paths.ts';
import { resolveImports } from './imports/resolver.ts';
import { languageOf } from './languages.ts';
import type { Lookup } from './lookup.ts';
import type { TestSource } from './test-source.ts';

/** How a test uses a file of the workspace. */
export interface Use {
  readonly path: string;
  /** Qualified names of what it uses; empty when only the import is known. */
  readonly symbols: ReadonlySet<string>;
  /** `called`: in the test itself; `reached`: by a method of something set up elsewhere; `imported`: the file imports it. */
  readonly how: 'called' | 'reached' | 'imported';
}

/** Maximum number of re-exports that are followed one after another. */
const maxHops = 4;
/** Files whose re-exports are followed for one import; in Ruby every file passes on what it requires. */
const maxFronts = 100;

export async function usesOf(source: TestSource, lookup: Lookup): Promise<Use[]> {
  const words: Words = {
    all: new Set(source.text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []),
    members: new Set(
      [...source.text.matchAll(/(?:\.|::|->)\s*([\p{L}_$][\p{L}\p{N}_$]*)/gu)].map((match) => match[1]!),
    ),
    qualified: [...source.text.matchAll(/([\p{L}_][\p{L}\p{N}_]*)::(?=(\p{Lu}[\p{L}\p{N}_]*))/gu)].map(
      ([, outer, inner]) => [outer!, inner!] as const,
    ),
  };
  const uses = new Map<string, { symbols: Set<string>; how: Use['how'] }>();
  for (const imported of await importsOf(source.path, lookup)) {
    for (const { path, symbols, how } of await usesOfImport(imported, words, lookup)) {
      const known = uses.get(path) ?? { symbols: new Set<string>(), how };
      uses.set(path, {
        symbols: new Set([...known.symbols, ...symbols]),
        how: rank[how] < rank[known.how] ? how : known.how,
      });
    }
  }
  return [...uses].map(([path, use]) => ({ path, ...use }));
}

const rank: Readonly<Record<Use['how'], number>> = { called: 0, reached: 1, imported: 2 };

interface Words {
  readonly all: ReadonlySet<string>;
  /** Those after a dot or a similar operator. */
  readonly members: ReadonlySet<string>;
  /** `Shop::Cart`, as pairs of neighbours. */
  readonly qualified: readonly (readonly [outer: string, inner: string])[];
}

async function usesOfImport({ path, names }: LocalImport, words: Words, lookup: Lookup): Promise<Use[]> {
  const called: Use[] = [];
  const reached: Use[] = [];
  for (const { local, imported } of names) {
    if (local === '*' || imported === '*') {
      if (local !== '*' && !words.all.has(local)) continue;
      const exported = await exportedNames(path, lookup);
      const said = exported.filter((name) => (local === '*' ? words.all : words.members).has(name));
      // In `Shop::Cart`, Shop only leads to Cart.
      const leads = new Set(words.qualified.flatMap(([outer, inner]) => (said.includes(inner) ? [outer] : [])));
      for (const name of said.filter((one) => !leads.has(one)))
        called.push(await originOf(path, name, words, 'called', lookup));
    } else if (words.all.has(local)) {
      called.push(await originOf(path, imported, words, 'called', lookup));
    } else {
      const origin = await originOf(path, imported, words, 'reached', lookup);
      if ([...origin.symbols].some((symbol) => symbol.includes('.'))) reached.push(origin);
    }
  }
  if (called.length > 0) return called;
  return reached.length > 0 ? reached : [{ path, symbols: new Set(), how: 'imported' }];
}

/** Local files that a file imports, and those that it sees without importing them. */
export async function importsOf(path: string, lookup: Lookup): Promise<LocalImport[]> {
  const language = languageOf(path);
  if (!language) return [];
  const { imports } = await lookup.outline(path);
  const found = await resolveImports(language.fence, imports, path, lookup);
  if (language.fence === 'go') found.push(...(await goPackage(folderOf(path), lookup)));
  if (language.fence === 'rust' && !path.includes('tests/')) {
    found.push({ path, names: [{ local: '*', imported: '*' }], reexports: false });
  }
  return found.filter((one) => languageOf(one.path)?.grammar !== undefined);
}

/** What a file offers: what it declares at its top, and what it re-exports, except from files already `seen`. */
async function exportedNames(path: string, lookup: Lookup, seen = new Set<string>()): Promise<string[]> {
  seen.add(path);
  const { declared, imports } = await lookup.outline(path);
  const own = declared
    .filter(({ kind, qualified, depth }) => kind !== 'test' && depth === 0 && !/^(?:\w+\.)*tests?\./.test(qualified))
    .map(({ name }) => name);
  const passedOn = imports.filter(({ reexports }) => reexports).flatMap(({ names }) => names.map(({ local }) => local));
  const behind: string[] = [];
  for (const one of await reexported(path, lookup)) {
    if (seen.size >= maxFronts || seen.has(one.path) || one.names.every(({ local }) => local !== '*')) continue;
    behind.push(...(await exportedNames(one.path, lookup, seen)));
  }
  return [...own, ...passedOn, ...behind];
}

async function reexported(path: string, lookup: Lookup): Promise<LocalImport[]> {
  const fence = languageOf(path)?.fence;
  const { imports } = await lookup.outline(path);
  const sites = imports.filter(({ reexports }) => reexports);
  return fence === undefined || sites.length === 0 ? [] : await resolveImports(fence, sites, path, lookup);
}

/** The file that actually declares what another one re-exports; for a class, the methods that are called. */
async function originOf(path: string, symbol: string, words: Words, how: Use['how'], lookup: Lookup): Promise<Use> {
  let at = { path, symbol };
  for (let hop = 0; hop < maxHops; hop++) {
    const { declared } = await lookup.outline(at.path);
    const next = declared.some(({ name }) => name === at.symbol) ? undefined : await behind(at, maxHops, lookup);
    if (!next) break;
    at = next;
  }
  const { declared } = await lookup.outline(at.path);
  const own = at.symbol === 'default' ? await defaultName(at.path, lookup) : at.symbol;
  const methods = declared
    .filter((one) => one.depth === 0 && one.qualified.split('.').at(-2) === own && words.members.has(one.name))
    .map(({ qualified }) => qualified);
  return { path: at.path, symbols: new Set(methods.length > 0 ? methods : [own]), how };
}

async function defaultName(path: string, lookup: Lookup): Promise<string> {
  const text = (await lookup.text(path))?.text ?? '';
  const exported =
    /^[ \t]*(?:export default|module\.exports =)\s+(?:abstract |async )*(?:function\s*\*?|class)?\s*([\w$]+)/m;
  return exported.exec(text)?.[1] ?? 'default';
}

/** One step towards the declaration, not by way of files already `seen`. */
async function behind(
  { path, symbol }: { readonly path: string; readonly symbol: string },
  hops: number,
  lookup: Lookup,
  seen = new Set<string>(),
): Promise<{ path: string; symbol: string } | undefined> {
  if (hops === 0 || seen.has(path) || seen.size >= maxFronts) return undefined;
  seen.add(path);
  for (const one of await reexported(path, lookup)) {
    for (const { local, imported } of one.names) {
      if (local === symbol) return { path: one.path, symbol: imported };
      if (local !== '*') continue;
      const there = { path: one.path, symbol };
      const { declared } = await lookup.outline(one.path);
      if (declared.some(({ name }) => name === symbol) || (await behind(there, hops - 1, lookup, seen))) return there;
    }
  }
  return undefined;
}
