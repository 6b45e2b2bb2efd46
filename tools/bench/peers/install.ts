import { spawn } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, peersDirectory } from '../paths.ts';

type Log = (line: string) => void;
interface Manifest {
  readonly dependencies: { readonly 'node-llama-cpp': string };
}

/** Installs node-llama-cpp and its binary for this machine (no GPU variants) beside this file, unless they are there. */
export async function ensureLlama(log: Log): Promise<void> {
  const own = JSON.parse(await readFile(join(peersDirectory, 'package.json'), 'utf8')) as Manifest;
  const version = own.dependencies['node-llama-cpp'];
  const binary = `@node-llama-cpp/${binaryName()}`;
  const installed = await Promise.all(['node-llama-cpp', binary].map(installedVersion));
  if (installed.every((found) => found === version)) return;
  log(`Installing node-llama-cpp ${version} into ${peersDirectory}`);
  // The optional packages are binaries for every system and GPU, 700 MB; the one that is needed is named instead.
  const common = ['--no-save', '--no-package-lock', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...common, `${binary}@${version}`], peersDirectory);
}

function binaryName(): string {
  const { platform, arch } = process;
  if (platform === 'darwin') return arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64';
  return `${platform === 'win32' ? 'win' : platform}-${arch}`;
}

async function installedVersion(name: string): Promise<string | undefined> {
  const text = await readFile(join(peersDirectory, 'node_modules', name, 'package.json'), 'utf8').catch(
    () => undefined,
  );
  return text === undefined ? undefined : (JSON.parse(text) as { version: string }).version;
}

/** @returns the Python to run `update.py` with: RETUNE_BENCH_PYTHON, or that of a virtual environment made on first use. */
export async function ensurePython(log: Log): Promise<string> {
  const chosen = process.env.RETUNE_BENCH_PYTHON;
  if (chosen) {
    await access(chosen);
    return chosen;
  }
  const requirements = await readFile(join(peersDirectory, 'requirements.txt'), 'utf8');
  const directory = join(cacheDirectory, 'venv');
  const stamp = join(directory, 'installed.txt');
  const windows = process.platform === 'win32';
  const python = join(directory, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === requirements) return python;
  log(`Installing ${requirements.trim().split('\n').join(', ')} into ${directory}`);
  await mkdir(cacheDirectory, { recursive: true });
  await execute(windows ? 'python' : 'python3', ['-m', 'venv', directory], cacheDirectory).catch((error: unknown) => {
    throw new Error(
      `No virtual environment could be made for PyTorch. On Debian: apt-get install python3-venv. ${String(error)}`,
    );
  });
  await execute(python, ['-m', 'pip', 'install', '-r', join(peersDirectory, 'requirements.txt')], cacheDirectory);
  await writeFile(stamp, requirements);
  return python;
}

/** Output is kept off stdout, which may be the JSON result's. */
function execute(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} failed (${signal ?? `exit code ${code}`}).`));
    });
  });
}
