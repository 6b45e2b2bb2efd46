import path from 'node:path';

/** What a report's paths are relative to: both absolute, symlinks resolved. */
export interface Places {
  /** The workspace folder; no path outside it is ever returned. */
  readonly folder: string;
  /** The directory the tests ran in; relative paths start here. */
  readonly cwd: string;
}

/** Directories inside a workspace whose files are not the developer's. */
const foreign = new Set([
  'node_modules',
  'site-packages',
  'dist-packages',
  '.venv',
  'venv',
  '.tox',
  '.nox',
  '.git',
  '.yarn',
  '.pnpm-store',
]);

const maximumPathLength = 1024;

/**
 * A path as a tool printed it (absolute, relative, or a `file:` URL), relative to the workspace folder with `/`.
 * Nothing is looked up: the file need not exist.
 * @returns undefined when it lies outside the folder, or among installed packages, or is not a path at all
 */
export function workspacePath(printed: string, places: Places, rules: path.PlatformPath = path): string | undefined {
  // Python writes `<string>` and `<frozen importlib>` where there is no file.
  const text = fromUrl(printed.trim(), rules);
  if (text === undefined || text === '' || text.length > maximumPathLength || /[\0-\x1f\x7f]|^</.test(text))
    return undefined;
  const relative = rules.relative(places.folder, rules.resolve(places.cwd, text));
  if (relative === '' || rules.isAbsolute(relative)) return undefined;
  const segments = relative.split(rules.sep);
  if (segments[0] === '..' || segments.some((segment) => foreign.has(segment))) return undefined;
  return segments.join('/');
}

/** Takes the folder's own absolute path out of a text, so that messages are short and say nothing of the machine. */
export function withoutFolder(text: string, places: Places): string {
  // The root as folder would make every path look relative.
  if (/^(?:[A-Za-z]:)?[\\/]?$/.test(places.folder)) return text;
  let shown = text;
  for (const separator of ['/', '\\']) {
    const prefix = places.folder.replaceAll(/[\\/]/g, separator) + separator;
    shown = shown.replaceAll(`file://${prefix}`, '').replaceAll(prefix, '');
  }
  return shown;
}

function fromUrl(text: string, rules: path.PlatformPath): string | undefined {
  if (!text.startsWith('file:')) return text;
  try {
    const { pathname } = new URL(text);
    const decoded = decodeURIComponent(pathname);
    return rules.sep === '\\' ? decoded.replace(/^\/(?=[A-Za-z]:)/, '') : decoded;
  } catch {
    // Not a URL after all, or not one that names a file.
    return undefined;
  }
}
