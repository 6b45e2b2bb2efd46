import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';
import { folderOf, join, upwards } from './paths.ts';

/** Maximum number of files examined in one package. */
const maxFiles = 60;

/** Packages of the module that the nearest go.mod declares: every file of the directory except tests. */
export async function resolveGo(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  for (const above of upwards(folderOf(from))) {
    const manifest = await lookup.text(join(above, 'go.mod') ?? '');
    const module = manifest && /^module\s+"?([^\s"]+)/m.exec(manifest.text)?.[1];
    if (!module) continue;
    if (site.specifier !== module && !site.specifier.startsWith(`${module}/`)) return [];
    const folder = join(above, site.specifier.slice(module.length).replace(/^\//, ''));
    return folder === undefined ? [] : await goPackage(folder, lookup);
  }
  return [];
}

/** The files of a package; a test of the same package sees them without an import. */
export async function goPackage(folder: string, lookup: Lookup): Promise<LocalImport[]> {
  const names = await lookup.names(folder);
  return names
    .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
    .slice(0, maxFiles)
    .map((name) => ({
      path: folder === '' ? name : `${folder}/${name}`,
      names: [{ local: '*', imported: '*' }],
      reexports: false,
    }));
}
