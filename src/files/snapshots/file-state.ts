import { lstat, readFile, readlink } from 'node:fs/promises';
import { codeOf } from '../../shared/system-code.ts';
import { sha256Of } from '../edits/sha256.ts';
import { fileTooLarge } from './errors.ts';

/** What was at a path, as far as undo has to bring it back. */
export type FileState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file';
      readonly sha256: string;
      readonly bytes: number;
      /** Permission bits. */
      readonly mode: number;
    }
  /** A symbolic link; the digest is that of its text. */
  | { readonly kind: 'link'; readonly to: string; readonly sha256: string };

/** What is at a path now. */
export type PresentState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly sha256: string; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly sha256: string; readonly content: Uint8Array; readonly to: string }
  | { readonly kind: 'other'; readonly what: string };

/** Targets are source files; the bound keeps a mistaken one from filling memory and storage. */
const largestFile = 64 * 2 ** 20;

/**
 * Looks at one path without following a link in its last component.
 * @throws RetuneError `checkpoints.file-too-large`; system errors other than absence
 */
export async function readPresent(absolute: string): Promise<PresentState> {
  try {
    const stats = await lstat(absolute);
    if (stats.isSymbolicLink()) {
      const to = await readlink(absolute);
      const content = Buffer.from(to);
      return { kind: 'link', to, content, sha256: sha256Of(content) };
    }
    if (!stats.isFile()) return { kind: 'other', what: stats.isDirectory() ? 'a directory' : 'a special file' };
    if (stats.size > largestFile) throw fileTooLarge(absolute, stats.size, largestFile);
    const content = await readFile(absolute);
    return { kind: 'file', content, sha256: sha256Of(content), mode: stats.mode & 0o7777 };
  } catch (error) {
    // ENOTDIR: a parent is a file now, so nothing is there either.
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return { kind: 'absent' };
    throw error;
  }
}

/** Whether the same content is there. A mode is restored along with content and does not count by itself. */
export function holds(present: PresentState, state: FileState): boolean {
  if (present.kind === 'absent' || state.kind === 'absent') return present.kind === state.kind;
  return present.kind === state.kind && present.sha256 === state.sha256;
}

export function sameState(a: FileState, b: FileState): boolean {
  if (a.kind === 'absent' || b.kind === 'absent') return a.kind === b.kind;
  return a.kind === b.kind && a.sha256 === b.sha256;
}

export function stateOf(present: Exclude<PresentState, { readonly kind: 'other' }>): FileState {
  if (present.kind === 'absent') return { kind: 'absent' };
  const { sha256 } = present;
  if (present.kind === 'link') return { kind: 'link', to: present.to, sha256 };
  return { kind: 'file', sha256, bytes: present.content.byteLength, mode: present.mode };
}
