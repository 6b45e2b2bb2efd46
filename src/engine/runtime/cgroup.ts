import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Directories whose files limit this process for a controller, from its own cgroup up to the root;
 * both hierarchies (v2 unified, v1 per controller). A container usually sees its own cgroup as the root.
 * @param root where `/proc` and `/sys` are found; not `/` only in tests.
 */
export function cgroupFiles(root: string, controller: 'memory' | 'cpu'): string[] {
  const mount = path.join(root, 'sys/fs/cgroup');
  const directories: string[] = [];
  for (const line of membership(root)) {
    const [, controllers, own] = line.match(/^\d+:([^:]*):(.*)$/) ?? [];
    if (controllers === undefined || own === undefined) continue;
    if (controllers === '') directories.push(...upwards(mount, own));
    else if (controllers.split(',').includes(controller)) {
      directories.push(...upwards(path.join(mount, controller), own));
      if (controllers !== controller) directories.push(...upwards(path.join(mount, controllers), own));
    }
  }
  return directories;
}

function membership(root: string): string[] {
  try {
    return readFileSync(path.join(root, 'proc/self/cgroup'), 'utf8').split('\n');
  } catch {
    // Not Linux, or /proc is hidden: no limit is known.
    return [];
  }
}

function upwards(mount: string, own: string): string[] {
  const parts = own.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, up) => path.join(mount, ...parts.slice(0, parts.length - up)));
}
