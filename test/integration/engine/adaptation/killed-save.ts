import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createAdapter } from '../../../../src/engine/adaptation/adapter.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';

/** Saves an adapter of rank 2 to the directory given as argument, and is killed before its n-th change of the file system. */
const [directory = '', n = ''] = process.argv.slice(2);
let left = Number(n);
const changes = ['rename', 'rm', 'mkdir', 'link', 'symlink', 'chmod', 'writeFile'] as const;
const patched: Record<string, unknown> = fs as never;
for (const name of changes) {
  const original = patched[name] as (...parameters: unknown[]) => unknown;
  patched[name] = (...parameters: unknown[]) => {
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
    return original(...parameters);
  };
}
syncBuiltinESMExports();
const { savePeft } = await import('../../../../src/engine/adaptation/peft.ts');
const adapter = createAdapter(tinyConfig, { name: 'a', kind: 'session', rank: 2, seed: 1 });
await savePeft(adapter, { config: tinyConfig, path: '/models/tiny', key: 'k1' }, directory);
