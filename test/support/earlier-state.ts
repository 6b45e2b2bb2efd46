import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { workspaceKey } from '../../src/session/storage.ts';
import { fixture } from './oracle.ts';

/** State on disk of an earlier version, made by tools/earlier-state; its README lists what there is. */
export const earlierVersions = ['0.1.0'] as const;

/** Where the fixtures were made; records name this folder. */
const madeIn = '/tmp/retune-earlier';

/** A copy of {@link earlierVersions} in a place of its own, as if it had been made there. */
export class EarlierState implements Disposable {
  readonly root: string;
  /** `RETUNE_STATE`. */
  readonly state: string;

  constructor(version: (typeof earlierVersions)[number]) {
    this.root = mkdtempSync(path.join(os.tmpdir(), 'retune-earlier-'));
    this.state = path.join(this.root, 'state');
    cpSync(fixture(`state-${version}`), this.root, { recursive: true });
    for (const name of readdirSync(path.join(this.root, 'workspaces'))) this.#move(name);
  }

  /** A workspace folder as it was left: `decided` or `interrupted`. */
  folder(name: 'decided' | 'interrupted'): string {
    return path.join(this.root, 'workspaces', name);
  }

  /** What lies beside the state: `adapter`, `sidecar`, `cache`, `replay`. */
  directory(name: 'adapter' | 'sidecar' | 'cache' | 'replay'): string {
    return path.join(this.root, name);
  }

  /** Keys are made of the folder's path, which is another one here. */
  #move(name: string): void {
    const key = workspaceKey(path.join(this.root, 'workspaces', name));
    for (const kind of ['workspaces', 'adapters']) {
      const all = path.join(this.state, kind);
      const earlier = readdirSync(all).find((entry) => entry.startsWith(`${name}-`));
      if (earlier !== undefined) renameSync(path.join(all, earlier), path.join(all, key));
    }
    const here = JSON.stringify(this.root).slice(1, -1);
    for (const record of globSync(
      path.join(this.state, 'workspaces', key, '{workspace.json,sessions/*/record.jsonl}'),
    )) {
      writeFileSync(record, readFileSync(record, 'utf8').replaceAll(madeIn, here));
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
