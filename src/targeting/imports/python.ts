import type { Lookup } from '../lookup.ts';
import type { ImportedName, ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';
import { firstFile, folderOf, join, upwards } from './paths.ts';

/** Where projects keep their packages, below each folder above the importing file. */
const roots = ['', 'src', 'lib', 'python', 'app'];

/** Relative imports by their dots; absolute ones from the nearest folder that has the module. A name may be a module. */
export async function resolvePython(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  const [, dots = '', dotted = ''] = /^(\.*)(.*)$/.exec(site.specifier) ?? [];
  const segments = dotted.split('.').filter(Boolean);
  const bases = dots === '' ? absoluteBases(from) : [join(folderOf(from), '../'.repeat(dots.length - 1))];
  for (const base of bases) {
    const found = base === undefined ? [] : await below(base, segments, site, lookup);
    if (found.length > 0) return found;
  }
  return [];
}

function absoluteBases(from: string): (string | undefined)[] {
  return upwards(folderOf(from)).flatMap((above) => roots.map((root) => join(above, root)));
}

async function below(
  base: string,
  segments: readonly string[],
  { names, reexports }: ImportSite,
  lookup: Lookup,
): Promise<LocalImport[]> {
  const package_ = join(base, ...segments);
  if (package_ === undefined) return [];
  const own: ImportedName[] = [];
  const found: LocalImport[] = [];
  for (const name of names) {
    const module = name.imported === '*' ? undefined : await moduleFile(join(package_, name.imported), lookup);
    if (module === undefined) own.push(name);
    else found.push({ path: module, names: [{ local: name.local, imported: '*' }], reexports });
  }
  const path = segments.length === 0 ? join(package_, '__init__.py') : await moduleFile(package_, lookup);
  if (own.length > 0 && path !== undefined && (await lookup.isFile(path))) found.push({ path, names: own, reexports });
  return found;
}

async function moduleFile(base: string | undefined, lookup: Lookup): Promise<string | undefined> {
  return base === undefined || base === '' ? undefined : await firstFile([`${base}.py`, `${base}/__init__.py`], lookup);
}
