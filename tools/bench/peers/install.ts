import { spawn } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, peersDirectory } from '../paths.ts';

type Log = (line: string) => void;
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>> & { readonly 'node-llama-cpp': string };
}

/**
 * Installs transformers.js and node-llama-cpp with its binary for this machine (no GPU variants) beside this file, unless they
 * are there: all at once, because npm may remove what an earlier command installed without saving.
 */
export async function ensurePackages(log: Log): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(peersDirectory, 'package.json'), 'utf8')) as Manifest;
  const binary = `@node-llama-cpp/${binaryName()}`;
  const wanted = { ...dependencies, [binary]: dependencies['node-llama-cpp'] };
  const present = await Promise.all(
    Object.entries(wanted).map(async ([name, version]) => (await installedVersion(name)) === version),
  );
  if (present.every(Boolean)) return;
  const listed = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  log(`Installing ${listed.join(' and ')} into ${peersDirectory}`);
  // The optional packages are binaries for every system and GPU, 700 MB; the one that is needed is named instead.
  const common = ['--no-save', '--no-package-lock', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...common, `${binary}@${wanted[binary]}`], peersDirectory);
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
