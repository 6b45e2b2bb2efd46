import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';
import { folderOf, join, upwards } from './paths.ts';

const maxFiles = 60;
const maxProjects = 20;

/**
 * By convention a namespace is a directory of the project that is named by its first part: `Shop.Cart` is `Shop/Cart` or
 * `Shop.Cart`, beside the tests' project or in `src` beside it.
 */
export async function resolveCsharp(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  if (/^(?:System|Microsoft|Xunit|NUnit|Moq)(?:\.|$)/.test(site.specifier)) return [];
  for (const above of upwards(folderOf(from))) {
    for (const root of ['', 'src']) {
      const base = join(above, root);
      if (base === undefined) continue;
      for (const folder of await projectFolders(base, site.specifier, lookup)) {
        const found = await classFiles(folder, lookup);
        if (found.length > 0) return found;
      }
    }
  }
  return [];
}

async function projectFolders(base: string, namespace: string, lookup: Lookup): Promise<string[]> {
  const names = new Set(await lookup.names(base));
  const parts = namespace.replace(/\.(?:Unit)?Tests?(?=\.|$)/g, '').split('.');
  const folders: string[] = [];
  for (let length = parts.length; length > 0; length--) {
    const project = parts.slice(0, length).join('.');
    if (!names.has(project)) continue;
    const folder = join(base, project, ...parts.slice(length));
    if (folder !== undefined) folders.push(folder);
  }
  return folders.slice(0, maxProjects);
}

async function classFiles(folder: string, lookup: Lookup): Promise<LocalImport[]> {
  const names = (await lookup.names(folder)).filter((name) => name.endsWith('.cs')).slice(0, maxFiles);
  return names.map((name) => {
    const type = name.slice(0, -'.cs'.length);
    return { path: join(folder, name) ?? name, names: [{ local: type, imported: type }], reexports: false };
  });
}
