import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';
import { folderOf, join, upwards } from './paths.ts';

/** Source roots below a module's folder. */
const roots = ['src/main/java', 'src', 'app/src/main/java', ''];
const maxFiles = 60;

/** `import a.b.C` is `a/b/C.java`; a whole package is every file of its directory. */
export async function resolveJava(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  const folder = site.specifier.replaceAll('.', '/');
  const classes = site.names.some(({ imported }) => imported === '*') ? undefined : site.names;
  for (const above of upwards(folderOf(from))) {
    for (const root of roots) {
      const base = join(above, root);
      if (base === undefined) continue;
      if (classes === undefined) {
        const found = await packageFiles(join(base, folder), from, lookup);
        if (found.length > 0) return found;
        continue;
      }
      const found: LocalImport[] = [];
      for (const name of classes) {
        // A static import names a member: its class is the last part of the specifier.
        for (const path of [join(base, folder, `${name.imported}.java`), join(base, `${folder}.java`)]) {
          if (path && (await lookup.isFile(path))) found.push({ path, names: [name], reexports: false });
        }
      }
      if (found.length > 0) return found;
    }
  }
  return [];
}

async function packageFiles(folder: string | undefined, from: string, lookup: Lookup): Promise<LocalImport[]> {
  if (folder === undefined || folder === folderOf(from)) return [];
  const names = (await lookup.names(folder)).filter((name) => name.endsWith('.java')).slice(0, maxFiles);
  return names.map((name) => {
    const type = name.slice(0, -'.java'.length);
    return { path: join(folder, name) ?? name, names: [{ local: type, imported: type }], reexports: false };
  });
}
