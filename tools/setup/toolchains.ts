import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What the tests of the runners outside JavaScript need, and how to get it. */
export interface Toolchains {
  /** Variables for a process that is to find them. */
  readonly env: Readonly<Record<string, string>>;
  readonly missing: readonly { readonly name: ToolchainName; readonly command: string }[];
}

export type ToolchainName = keyof typeof table;

interface Toolchain {
  /** A command that succeeds where it is installed. */
  readonly probe: readonly string[];
  readonly debian: string;
  /** Where the executable lies when it is installed and not on the PATH, or hidden there by another. */
  readonly places: readonly string[];
}

const table = {
  go: { probe: ['go', 'version'], debian: 'golang-go', places: ['/usr/local/go/bin', '/usr/lib/go/bin', '/usr/bin'] },
  cargo: {
    probe: ['cargo', '--version'],
    debian: 'cargo',
    places: [path.join(os.homedir(), '.cargo', 'bin'), '/usr/bin'],
  },
  pytest: { probe: ['python3', '-m', 'pytest', '--version'], debian: 'python3-pytest', places: ['/usr/bin'] },
  rspec: { probe: ['rspec', '--version'], debian: 'ruby-rspec', places: ['/usr/bin'] },
} as const satisfies Record<string, Toolchain>;

const names = Object.keys(table) as ToolchainName[];
/** Executables that lie elsewhere are linked here, so that the PATH gains these and nothing else. */
const links = path.join(import.meta.dirname, '..', '..', '.cache', 'toolchains', 'bin');

/** Looks for all of them; installs nothing. */
export function findToolchains(environment: NodeJS.ProcessEnv = process.env): Toolchains {
  const extended = `${links}${path.delimiter}${environment.PATH ?? ''}`;
  const missing: ToolchainName[] = [];
  let linked = false;
  for (const name of names) {
    if (works(table[name].probe, environment)) continue;
    if (works(table[name].probe, { ...environment, PATH: extended }) || link(table[name], environment)) linked = true;
    else missing.push(name);
  }
  return {
    env: linked ? { PATH: extended } : {},
    missing: missing.map((name) => ({ name, command: commandFor([name]) })),
  };
}

/** Finds them, installing what is missing first when this is a Debian-like system and the user is root. */
export function setUpToolchains(environment: NodeJS.ProcessEnv = process.env): Toolchains {
  const found = findToolchains(environment);
  if (found.missing.length === 0 || !canInstall()) return found;
  const absent = found.missing.map(({ name }) => name);
  process.stdout.write(`Test runners: ${absent.join(', ')} missing; installing ${packages(absent)}\n`);
  spawnSync('sh', ['-c', install(absent)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 10 * 60_000,
  });
  return findToolchains(environment);
}

function works([command, ...args]: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  const { status } = spawnSync(command ?? '', args, { env: environment, stdio: 'ignore', timeout: 60_000 });
  return status === 0;
}

/** Links the executable from one of its places, if it works from there. */
function link({ probe: [command, ...args], places }: Toolchain, environment: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32' || command === undefined) return false;
  const place = places.map((directory) => path.join(directory, command)).find((file) => existsSync(file));
  if (place === undefined || !works([place, ...args], environment)) return false;
  mkdirSync(links, { recursive: true });
  rmSync(path.join(links, command), { force: true });
  symlinkSync(place, path.join(links, command));
  return true;
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function packages(absent: readonly ToolchainName[]): string {
  return absent.map((name) => table[name].debian).join(' ');
}

function install(absent: readonly ToolchainName[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages(absent)}`;
}

function commandFor(absent: readonly ToolchainName[]): string {
  if (process.platform !== 'linux') return `install ${absent.join(', ')} so that it is on the PATH`;
  return process.getuid?.() === 0 ? install(absent) : `sudo sh -c '${install(absent)}'`;
}
