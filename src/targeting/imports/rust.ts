import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';
import { firstFile, folderOf, join, upwards } from './paths.ts';

interface Crate {
  readonly folder: string;
  /** With underscores, as in code. */
  readonly name: string;
}

/** `crate::`, `super::`, `self::` and the crate's own name; the longest part of the path that is a file. */
export async function resolveRust(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  const crate = await crateOf(from, lookup);
  if (!crate) return [];
  const base = modulePath(site.specifier.split('::'), from, crate);
  if (base === undefined) return [];
  const { names, reexports } = site;
  const imported = names[0]?.imported ?? '*';
  const inner = imported === '*' ? undefined : await moduleFile([...base, imported], crate, lookup);
  if (inner !== undefined) return [{ path: inner, names: [{ local: names[0]!.local, imported: '*' }], reexports }];
  for (let length = base.length; length >= 0; length--) {
    const path = await moduleFile(base.slice(0, length), crate, lookup);
    if (path !== undefined) return [{ path, names, reexports }];
  }
  return [];
}

export async function crateOf(from: string, lookup: Lookup): Promise<Crate | undefined> {
  for (const folder of upwards(folderOf(from))) {
    const manifest = await lookup.text(join(folder, 'Cargo.toml') ?? '');
    const name = manifest && /^\[package\][^[]*?^name\s*=\s*["']([^"']+)["']/ms.exec(manifest.text)?.[1];
    if (name) return { folder, name: name.replaceAll('-', '_') };
  }
  return undefined;
}

/** The module that a path names, relative to the crate's root; undefined for other crates. */
function modulePath(segments: readonly string[], from: string, crate: Crate): string[] | undefined {
  const [first, ...rest] = segments;
  if (first === 'crate' || first === crate.name) return rest;
  const own = ownModule(from, crate);
  if (first === 'self') return [...own, ...rest];
  if (first !== 'super') return undefined;
  // Inside `mod tests { … }`, `super` is the file itself, so nothing is imported from elsewhere.
  const ups = segments.findIndex((segment) => segment !== 'super');
  const count = ups === -1 ? segments.length : ups;
  return [...own.slice(0, Math.max(0, own.length - count)), ...segments.slice(count)];
}

function ownModule(from: string, crate: Crate): string[] {
  const source = join(crate.folder, 'src') ?? 'src';
  if (!from.startsWith(`${source}/`)) return [];
  const module = from
    .slice(source.length + 1)
    .replace(/\.rs$/, '')
    .split('/');
  if (['mod', 'lib', 'main'].includes(module.at(-1) ?? '')) module.pop();
  return module;
}

export async function moduleFile(module: readonly string[], crate: Crate, lookup: Lookup): Promise<string | undefined> {
  const source = join(crate.folder, 'src');
  if (source === undefined) return undefined;
  if (module.length === 0) return await firstFile([join(source, 'lib.rs'), join(source, 'main.rs')], lookup);
  return await firstFile([join(source, `${module.join('/')}.rs`), join(source, ...module, 'mod.rs')], lookup);
}
