import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import { parseJsonc } from './jsonc.ts';
import type { LocalImport } from './local-import.ts';
import { firstFile, folderOf, join, upwards } from './paths.ts';

const extensions = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];
/** TypeScript imports name the file that the compiler will write. */
const written: Readonly<Record<string, readonly string[]>> = {
  js: ['ts', 'tsx', 'jsx'],
  jsx: ['tsx'],
  mjs: ['mts'],
  cjs: ['cts'],
};

/** Relative paths, `paths` and `baseUrl` of the nearest tsconfig.json, `#imports`, and the package's own name. */
export async function resolveJavascript(site: ImportSite, from: string, lookup: Lookup): Promise<LocalImport[]> {
  const { specifier, names, reexports } = site;
  const folder = folderOf(from);
  const path = /^\.{1,2}(?:\/|$)/.test(specifier)
    ? await moduleFile(join(folder, specifier), lookup)
    : ((await byConfig(specifier, folder, lookup)) ?? (await byPackage(specifier, folder, lookup)));
  return path === undefined ? [] : [{ path, names, reexports }];
}

async function moduleFile(base: string | undefined, lookup: Lookup): Promise<string | undefined> {
  if (base === undefined) return undefined;
  const extension = /\.([mc]?jsx?)$/.exec(base);
  const stem = extension && base.slice(0, -extension[1]!.length);
  const candidates = [
    ...(hasCode.test(base) ? [base] : []),
    ...(stem ? (written[extension[1]!] ?? []).map((other) => stem + other) : []),
    ...extensions.map((one) => `${base}.${one}`),
    ...extensions.map((one) => join(base, `index.${one}`)),
  ];
  return await firstFile(candidates, lookup);
}

const hasCode = /(?<!\.d)\.[mc]?[jt]sx?$/;

async function byConfig(specifier: string, folder: string, lookup: Lookup): Promise<string | undefined> {
  for (const above of upwards(folder)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const options = record(record(await json(join(above, name), lookup)).compilerOptions);
      const base = typeof options.baseUrl === 'string' ? join(above, options.baseUrl) : undefined;
      const mapped = mapSpecifier(specifier, options.paths).map((one) => join(base ?? above, one));
      if (base !== undefined) mapped.push(join(base, specifier));
      for (const candidate of mapped) {
        const found = await moduleFile(candidate, lookup);
        if (found !== undefined) return found;
      }
      if (Object.keys(options).length > 0) return undefined;
    }
  }
  return undefined;
}

/** The nearest package.json: its `imports` for `#…`, its own name with `exports` or `main`. */
async function byPackage(specifier: string, folder: string, lookup: Lookup): Promise<string | undefined> {
  for (const above of upwards(folder)) {
    const manifest = await json(join(above, 'package.json'), lookup);
    if (manifest === undefined) continue;
    const { name, imports, exports, main } = record(manifest);
    const at = (path: string) => moduleFile(join(above, path), lookup);
    if (specifier.startsWith('#')) return await firstOf(mapSpecifier(specifier, imports), at);
    if (typeof name !== 'string' || !(specifier === name || specifier.startsWith(`${name}/`))) return undefined;
    const inner = `.${specifier.slice(name.length)}`;
    const exported = typeof exports === 'string' ? { '.': exports } : exports;
    const shorthand = record(exported)['.'] === undefined && inner === '.' ? { '.': exported } : exported;
    const entry = inner === '.' && typeof main === 'string' ? [main] : [];
    return await firstOf([...mapSpecifier(inner, shorthand), ...entry, inner], at);
  }
  return undefined;
}

async function firstOf(
  paths: readonly string[],
  at: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const path of paths) {
    const found = await at(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Patterns with at most one star, as in `paths`, `imports` and `exports`; conditions are tried in order. */
function mapSpecifier(specifier: string, table: unknown): string[] {
  for (const [pattern, value] of Object.entries(record(table))) {
    const [head = '', tail] = pattern.split('*');
    const fits =
      tail === undefined
        ? specifier === pattern
        : specifier.length >= pattern.length - 1 && specifier.startsWith(head) && specifier.endsWith(tail);
    if (!fits) continue;
    const star = tail === undefined ? '' : specifier.slice(head.length, specifier.length - tail.length);
    return strings(value).map((path) => path.replace('*', () => star));
  }
  return [];
}

function strings(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (depth > 4 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((one) => strings(one, depth + 1));
}

async function json(path: string | undefined, lookup: Lookup): Promise<unknown> {
  const file = path === undefined ? undefined : await lookup.text(path);
  return file && parseJsonc(file.text);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
