import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is delivered besides the bundles. */
const delivered = ['package.nls.json', 'media', 'resources', 'l10n', 'LICENSE', 'README.md', 'CHANGELOG.md'];
/** Everything else is bundled; only the runtime, which finds its native library beside itself, stays a package. */
const runtime = ['onnxruntime-node', 'onnxruntime-common'];

/** Fills a folder with what an installation consists of, for this platform. @returns the version */
export function stage(directory: string): string {
  execFileSync(process.execPath, ['esbuild.mjs', path.join(directory, 'dist')], { stdio: 'inherit' });
  for (const map of globSync('dist/**/*.map', { cwd: directory })) rmSync(path.join(directory, map));
  for (const name of delivered) {
    if (existsSync(name)) cpSync(name, path.join(directory, name), { recursive: true });
  }
  for (const name of runtime) copyPackage(name, path.join(directory, 'node_modules', name));
  return writeManifest(path.join(directory, 'package.json'));
}

/** Without what other platforms and browsers need, which is several times as much. */
function copyPackage(name: string, to: string): void {
  const from = path.join('node_modules', name);
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true, filter: (source) => isNeeded(path.relative(from, source)) });
  // Its other dependencies serve its script for installing, which would fetch CUDA.
  const manifest = readManifest(path.join(from, 'package.json'));
  writeJson(path.join(to, 'package.json'), { ...manifest, dependencies: ofRuntime(manifest) });
}

function isNeeded(file: string): boolean {
  const [, platform, arch] = /^bin[\\/]napi-v\d+[\\/]([^\\/]+)(?:[\\/]([^\\/]+))?/.exec(file) ?? [];
  if (platform !== undefined) return platform === process.platform && (arch ?? process.arch) === process.arch;
  return !/\.map$|^(?:lib|script|node_modules|dist[\\/]esm)(?:[\\/]|$)/.test(file);
}

/** The manifest without what only development needs: bundled packages are no dependencies of an installation. */
function writeManifest(file: string): string {
  const {
    devDependencies: _,
    scripts: __,
    private: ___,
    allowScripts: ____,
    ...manifest
  } = readManifest('package.json');
  writeJson(file, { ...manifest, dependencies: ofRuntime(manifest) });
  return manifest.version;
}

interface Manifest extends Readonly<Record<string, unknown>> {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

function ofRuntime({ dependencies = {} }: Pick<Manifest, 'dependencies'>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => runtime.includes(name)));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
