import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';
import { firstFile, folderOf, join, resolveRelative, upwards } from './paths.ts';

/** Folders of a gem or an application that lie on Ruby's load path while its examples run. */
const loadPath = ['lib', 'spec', 'app'];

/** `require_relative` (here with `./` in front) from the file itself, `require` from the nearest load path that has it. */
export async function resolveRuby(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  const { specifier, names, reexports } = site;
  if (specifier.startsWith('.')) return resolveRelative(site, from, lookup, ['', '.rb']);
  const places = upwards(folderOf(from)).flatMap((above) => loadPath.map((folder) => join(above, folder, specifier)));
  const candidates = places.flatMap((place) => (place === undefined ? [] : [`${place}.rb`, place]));
  const path = await firstFile(candidates, lookup);
  return path === undefined ? [] : [{ path, names, reexports }];
}
