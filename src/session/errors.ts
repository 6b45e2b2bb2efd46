import { isDiskFull } from '../files/snapshots/errors.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { sessionsCommand, undoCommand } from '../shared/typed-command.ts';

/** The folder for sessions cannot be used. */
export function storageUnusable(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'session.storage-unusable',
    what: `Retune cannot keep its sessions in ${directory}.`,
    why: `The system says: ${text(cause)}.`,
    remedy: 'Make this folder writable, or set RETUNE_STATE to another one.',
    data: { directory },
    cause,
  });
}

export interface BusyFacts {
  readonly folder: string;
  readonly session: string;
  readonly pid: number;
  readonly host: string;
  readonly program: string;
  /** ISO 8601. */
  readonly since: string;
  readonly sameHost: boolean;
}

/** How the editor names itself as a program; its process is the window's, which nobody should end for a session. */
const editorProgram = 'VS Code';

/** Another session works on this workspace folder. */
export function sessionBusy(facts: BusyFacts): RetuneError {
  const where = facts.sameHost ? `process ${facts.pid}` : `process ${facts.pid} on ${facts.host}`;
  return new RetuneError({
    code: 'session.busy',
    what: `Another session of Retune is working on ${facts.folder}.`,
    why: `Session ${facts.session} (${facts.program}, ${where}) has held it since ${facts.since}.`,
    remedy: busyRemedy(facts),
    data: { ...facts },
  });
}

function busyRemedy({ program, pid, sameHost }: BusyFacts): string {
  if (program === editorProgram)
    return `Choose Keep or Undo in that window of ${editorProgram}, or stop the session there.`;
  return sameHost
    ? `Wait until it ends, stop it where it runs, or end process ${pid} if it hangs; the next start then goes on at once.`
    : 'Wait until it ends, or stop it there; if that machine is gone, try again in a minute.';
}

/** The lock was taken by someone else, because this process gave no sign of life for long (a suspended machine). */
export function lockLost(folder: string, session: string): RetuneError {
  return new RetuneError({
    code: 'session.lock-lost',
    what: `Session ${session} no longer holds ${folder}.`,
    why: 'This process gave no sign of life for so long that another session took over.',
    remedy: `Start again when the other session has ended; \`${undoCommand(folder, session)}\` restores the files of this one.`,
    data: { folder, session },
  });
}

/** A record cannot be written; what it would have said has not been done yet. */
export function recordUnwritable(path: string, cause: unknown): RetuneError {
  const full = isDiskFull(cause);
  return new RetuneError({
    code: full ? 'session.disk-full' : 'session.record-unwritable',
    what: `The record of this session, ${path}, cannot be written.`,
    why: full ? 'The disk or the quota is full.' : `The system says: ${text(cause)}.`,
    remedy: full
      ? 'Free some space, or set RETUNE_STATE to a folder on another disk, and start again.'
      : 'Make its folder writable, or set RETUNE_STATE to another one, and start again.',
    data: { path },
    cause,
  });
}

/** A file that is no session's record at all. */
export function recordUnreadable(path: string, detail: string, cause?: unknown): RetuneError {
  return new RetuneError({
    code: 'session.record-unreadable',
    what: `${path} cannot be read as a session’s record.`,
    why: `${detail}.`,
    remedy: 'Give the record.jsonl of a session, as `retune sessions` names it.',
    data: { path },
    ...(cause !== undefined && { cause }),
  });
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export function notResumable(session: string, why: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'session.not-resumable',
    what: `Session ${session} cannot be resumed.`,
    why: `The reason: ${why}.`,
    remedy:
      known.length === 0
        ? 'Start a new one with `retune fix`.'
        : `Start a new one with \`retune fix\`, or name another; \`retune sessions\` lists them (newest: ${known[0]}).`,
    data: { session, known: known.slice(0, 20) },
  });
}

/** Going on would take back a change that passes. @param files that still hold it */
export function alreadySolved(folder: string, session: string, files: readonly string[]): RetuneError {
  const there = files.length > 0;
  return new RetuneError({
    code: 'session.not-resumable',
    what: `Session ${session} cannot be resumed.`,
    why: `It made the tests pass, and its change is ${there ? `in ${files.join(', ')}` : 'no longer in the files'}.`,
    remedy: there
      ? `Review it; \`${undoCommand(folder, session)}\` takes it back.`
      : 'Start a new one with `retune fix`.',
    data: { session, files },
  });
}

export function sessionUnknown(session: string, folder: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'session.unknown',
    what: `There is no session ${session} of ${folder}.`,
    why: known.length === 0 ? 'This folder has no sessions.' : `The newest is ${known[0]}.`,
    remedy: `\`${sessionsCommand(folder)}\` lists them; name another workspace folder with --folder.`,
    data: { session, folder, known: known.slice(0, 20) },
  });
}

export function nothingToUndo(folder: string): RetuneError {
  return new RetuneError({
    code: 'session.nothing-to-undo',
    what: `There is nothing to undo in ${folder}.`,
    why: 'No file holds an attempt of a session any more.',
    remedy: `\`${sessionsCommand(folder)}\` lists its sessions; name another folder with --folder.`,
    data: { folder },
  });
}
