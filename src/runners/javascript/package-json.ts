import { z } from 'zod';
import type { DirectoryView } from '../runner.ts';

const names = z.record(z.string(), z.unknown()).catch({});

const schema = z.object({
  scripts: z.record(z.string(), z.unknown()).catch({}),
  dependencies: names,
  devDependencies: names,
  packageManager: z.string().max(200).optional().catch(undefined),
});

/** The manifest of a package. */
export const packageManifest = /^package\.json$/;

/** The parts of a `package.json` that matter here. */
export interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of the packages that it depends on directly. */
  readonly depends: ReadonlySet<string>;
  readonly packageManager?: string;
  /** Its keys at the top, some of which configure a runner. */
  readonly keys: ReadonlySet<string>;
}

/** @returns undefined when the text is not a JSON object */
export function parsePackageJson(text: string | undefined): PackageJson | undefined {
  const content = json(text);
  const parsed = schema.safeParse(content).data;
  if (parsed === undefined) return undefined;
  const scripts = Object.entries(parsed.scripts).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string' && entry[1].length < 10_000;
  });
  return {
    scripts: Object.fromEntries(scripts),
    depends: new Set([...Object.keys(parsed.dependencies), ...Object.keys(parsed.devDependencies)]),
    ...(parsed.packageManager !== undefined && { packageManager: parsed.packageManager }),
    keys: new Set(Object.keys(content as object)),
  };
}

export async function packageJsonOf(directory: DirectoryView): Promise<PackageJson | undefined> {
  if (!directory.names.has('package.json')) return undefined;
  return parsePackageJson(await directory.read('package.json'));
}

/** What `npm init` writes in place of a test. */
export function isPlaceholder(script: string): boolean {
  return /no test specified/i.test(script);
}

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const locks: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** Named in `packageManager`, else by its lock file, in the nearest directory that has either; npm when none has. */
export async function packageManagerOf(directory: DirectoryView): Promise<PackageManager> {
  for (const view of [directory, ...directory.above]) {
    const named = /^(npm|pnpm|yarn|bun)@/.exec((await packageJsonOf(view))?.packageManager ?? '')?.[1];
    if (named !== undefined) return named as PackageManager;
    const lock = locks.find(([name]) => view.names.has(name));
    if (lock !== undefined) return lock[1];
  }
  return 'npm';
}

function json(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The developer may be in the middle of editing it.
    return undefined;
  }
}
