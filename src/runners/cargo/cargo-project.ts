import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DirectoryView, TestProject } from '../runner.ts';
import { onPath } from '../running/on-path.ts';
import { readReport } from '../running/report-file.ts';

export const cargoLanguages: readonly string[] = ['.rs'];
export const cargoManifest = /^Cargo\.toml$/;

/** A directory with a package, or with a workspace of packages. */
export function isCargoProject({ names }: DirectoryView): boolean {
  return names.has('Cargo.toml');
}

export async function cargoWhy(view: DirectoryView): Promise<string> {
  const manifest = (await view.read('Cargo.toml')) ?? '';
  return isWorkspace(manifest) ? 'Cargo.toml describes a workspace of packages.' : 'Cargo.toml describes a package.';
}

function isWorkspace(manifest: string): boolean {
  return /^\s*\[workspace[\].]/m.test(manifest);
}

export async function hasNextest(): Promise<boolean> {
  if (await onPath('cargo-nextest')) return true;
  const home = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  return (await onPath('cargo-nextest', { ...process.env, PATH: join(home, 'bin') })) !== undefined;
}

/** rustc names source files relative to the root of the workspace, which may lie above the package. */
export async function workspaceRoot({ folder, cwd }: TestProject): Promise<string> {
  let root = cwd;
  for (let at = cwd; ; at = dirname(at)) {
    const manifest = await readReport(join(at, 'Cargo.toml'));
    if (manifest !== undefined && isWorkspace(manifest)) root = at;
    if (at === folder || at === dirname(at)) return realpath(root).catch(() => root);
  }
}

/** A runner of the project's own (an emulator) must stay in its place; cargo reads these from the package upwards. */
export async function hasOwnRunner({ cwd }: TestProject): Promise<boolean> {
  if (Object.keys(process.env).some((name) => /^CARGO_TARGET_.+_RUNNER$/.test(name))) return true;
  const places = [process.env.CARGO_HOME ?? join(homedir(), '.cargo')];
  for (let at = cwd; ; at = dirname(at)) {
    places.push(join(at, '.cargo'));
    if (at === dirname(at)) break;
  }
  for (const place of places) {
    for (const name of ['config.toml', 'config']) {
      if (/^\s*runner\s*=/m.test((await readReport(join(place, name))) ?? '')) return true;
    }
  }
  return false;
}

export const cargoProtects: readonly string[] = [
  'tests/**',
  '**/tests/**',
  '**/Cargo.toml',
  '**/build.rs',
  'Cargo.lock',
  '.cargo/**',
  '.config/nextest.toml',
  'rust-toolchain',
  'rust-toolchain.toml',
  '**/*.snap',
];
