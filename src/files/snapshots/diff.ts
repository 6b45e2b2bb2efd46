import { createTwoFilesPatch } from 'diff';
import { decodeText } from '../edits/decode.ts';
import { pathInside } from '../edits/path-inside.ts';
import { holds, type PresentState, readPresent } from './file-state.ts';
import { type FileHistory, fileHistories } from './history.ts';
import { readManifests } from './manifest.ts';
import type { FileDiff } from './snapshots.ts';
import type { SnapshotStore } from './store.ts';

/** Maximum time to search for a short patch of one file, in ms. */
const patience = 1000;

/** See {@link Snapshots.diff}. */
export async function diffFiles(store: SnapshotStore): Promise<FileDiff[]> {
  const { all } = await readManifests(store.directory);
  const diffs: FileDiff[] = [];
  for (const history of fileHistories(all)) {
    const inside = await pathInside(store.folder, history.path);
    if (inside.kind === 'refused') continue;
    const present = await readPresent(inside.absolute);
    if (!holds(present, history.wanted)) diffs.push(await diffFile(store, history, present));
  }
  return diffs;
}

async function diffFile(store: SnapshotStore, { path, wanted }: FileHistory, present: PresentState): Promise<FileDiff> {
  const old = wanted.kind === 'absent' ? undefined : await store.copies.get(wanted.sha256);
  const before = textOf(path, old);
  const after = textOf(path, present.kind === 'file' || present.kind === 'link' ? present.content : undefined);
  const change = wanted.kind === 'absent' ? 'added' : present.kind === 'absent' ? 'removed' : 'modified';
  const lost = wanted.kind !== 'absent' && old === undefined;
  const patch = lost
    ? `The copy of ${path} from before the attempt is damaged or gone.\n`
    : patchOf(path, change, before, after);
  return { path, change, before: before ?? '', after: after ?? '', patch };
}

function patchOf(path: string, change: FileDiff['change'], before?: string, after?: string): string {
  if (before === undefined || after === undefined) return `Binary files a/${path} and b/${path} differ\n`;
  if (before === after) return `Only line endings or the encoding of ${path} differ.\n`;
  const from = change === 'added' ? '/dev/null' : `a/${path}`;
  const to = change === 'removed' ? '/dev/null' : `b/${path}`;
  const patch = createTwoFilesPatch(from, to, before, after, undefined, undefined, { context: 3, timeout: patience });
  return patch?.replace(/^=+\n/, '') ?? `--- ${from}\n+++ ${to}\nThe change is too large to be shown as a diff.\n`;
}

/** @returns '' where there is no file, undefined where it is not text */
function textOf(path: string, content: Uint8Array | undefined): string | undefined {
  return content === undefined ? '' : decodeText(path, content, 0)?.text;
}
