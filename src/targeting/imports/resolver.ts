import type { Lookup } from '../lookup.ts';
import { resolveCsharp } from './csharp.ts';
import { resolveGo } from './go.ts';
import type { ImportSite } from './import-site.ts';
import { resolveJava } from './java.ts';
import { resolveJavascript } from './javascript.ts';
import type { LocalImport } from './local-import.ts';
import { resolveRelative } from './paths.ts';
import { resolvePython } from './python.ts';
import { resolveRuby } from './ruby.ts';
import { resolveRust } from './rust.ts';

/** Where an import of the file `from` leads within the workspace; empty for external packages. */
type Resolver = (site: ImportSite, from: string, lookup: Lookup) => Promise<LocalImport[]>;

const resolvers: Readonly<Record<string, Resolver>> = {
  js: resolveJavascript,
  jsx: resolveJavascript,
  ts: resolveJavascript,
  tsx: resolveJavascript,
  python: resolvePython,
  go: resolveGo,
  rust: resolveRust,
  java: resolveJava,
  csharp: resolveCsharp,
  ruby: resolveRuby,
  c: (site, from, lookup) => resolveRelative(site, from, lookup, ['']),
  cpp: (site, from, lookup) => resolveRelative(site, from, lookup, ['']),
};

/** Maximum number of imports of one file that are resolved. */
const maxSites = 100;

export async function resolveImports(
  fence: string,
  sites: readonly ImportSite[],
  from: string,
  lookup: Lookup,
): Promise<LocalImport[]> {
  const resolver = Object.hasOwn(resolvers, fence) ? resolvers[fence] : undefined;
  if (!resolver) return [];
  const found: LocalImport[] = [];
  for (const site of sites.slice(0, maxSites)) found.push(...(await resolver(site, from, lookup)));
  return found.filter(({ path }) => path !== from);
}
