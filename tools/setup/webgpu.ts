import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * WebGPU without a GPU: Chromium's SwiftShader as Vulkan driver, through the system's Vulkan loader.
 * `environment` is what a process needs to see it; otherwise `missing` and `command` say what is absent and how to get it.
 */
export type WebGpuSetup =
  | { readonly ready: true; readonly environment: Readonly<Record<string, string>> }
  | { readonly ready: false; readonly missing: string; readonly command: string };

const packages = 'libvulkan1 chromium';
const install = `apt-get update && apt-get install -y --no-install-recommends ${packages}`;

/** `RETUNE_SWIFTSHADER_ICD` names another driver file, for example one built from source. */
const drivers = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib/chromium-browser/vk_swiftshader_icd.json'];
const loaderDirectories = ['/usr/lib', '/usr/lib64', '/lib', '/usr/local/lib'];

/** Looks for driver and loader; installs nothing. */
export function findWebGpu(environment: NodeJS.ProcessEnv = process.env): WebGpuSetup {
  const asked = environment.RETUNE_SWIFTSHADER_ICD;
  const driver = (asked === undefined ? drivers : [asked]).find((file) => existsSync(file));
  const missing = [
    ...(driver === undefined ? [`SwiftShader's driver (${asked ?? drivers[0]})`] : []),
    ...(hasLoader() ? [] : ['the Vulkan loader (libvulkan.so.1)']),
  ];
  if (driver === undefined || missing.length > 0) {
    const command =
      process.platform === 'linux' ? asCommand(install) : 'the WebGPU suite needs Linux; there is no command';
    return { ready: false, missing: missing.join(' and '), command };
  }
  return { ready: true, environment: { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver } };
}

/** Finds both, installing them first when this is a Debian-like system and the user is root. */
export function setUpWebGpu(environment: NodeJS.ProcessEnv = process.env): WebGpuSetup {
  const found = findWebGpu(environment);
  // A driver that was named is not one that a package would bring.
  if (found.ready || !canInstall() || environment.RETUNE_SWIFTSHADER_ICD !== undefined) return found;
  process.stdout.write(`WebGPU suite: ${found.missing} missing; installing ${packages}\n`);
  const result = spawnSync('sh', ['-c', install], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 10 * 60_000,
  });
  const after = findWebGpu(environment);
  if (!after.ready && result.status !== 0) {
    return { ...after, missing: `${after.missing} (installing failed with exit code ${result.status})` };
  }
  return after;
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function asCommand(command: string): string {
  return process.getuid?.() === 0 ? command : `sudo sh -c '${command}'`;
}

/** In a library directory itself or in its per-architecture folder (`x86_64-linux-gnu`). */
function hasLoader(): boolean {
  return loaderDirectories.some((directory) => {
    if (!existsSync(directory)) return false;
    const nested = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /-linux-/.test(entry.name))
      .map((entry) => path.join(directory, entry.name));
    return [directory, ...nested].some((place) => existsSync(path.join(place, 'libvulkan.so.1')));
  });
}
