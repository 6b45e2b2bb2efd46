import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Call = (...parameters: unknown[]) => unknown;

/** What a full disk still does. */
const needsSpace = ['mkdir', 'link', 'symlink', 'writeFile', 'open'];
const changes = [...needsSpace, 'rename', 'rm', 'chmod'];

/** Runs the task while the file system is full (`ENOSPC`) or cannot be written (`EROFS`) below a path. */
export async function onBrokenDisk<T>(code: 'ENOSPC' | 'EROFS', below: string, task: () => Promise<T>): Promise<T> {
  const functions = fs as unknown as Record<string, Call>;
  const names = code === 'ENOSPC' ? needsSpace : changes;
  const originals = names.map((name) => [name, functions[name] as Call] as const);
  for (const [name, original] of originals) {
    functions[name] = (...parameters) => {
      const reads = name === 'open' && (parameters[1] ?? 'r') === 'r';
      if (reads || !String(parameters[name === 'symlink' ? 1 : 0]).startsWith(below)) return original(...parameters);
      return Promise.reject(Object.assign(new Error(`${code}: ${name} '${parameters[0]}'`), { code }));
    };
  }
  syncBuiltinESMExports();
  try {
    return await task();
  } finally {
    for (const [name, original] of originals) functions[name] = original;
    syncBuiltinESMExports();
  }
}
