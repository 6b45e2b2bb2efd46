import { runCommand, setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { sentence, sentenceOf, systemSays } from '../shared/errors/thrown.ts';
import { isDiskFull } from '../shared/system-code.ts';

/** The folder for sessions cannot be used. */
export function storageUnusable(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'session.storage-unusable',
    what: `Retune cannot keep its sessions in ${directory}.`,
    why: systemSays(cause),
    remedy: 'Make this folder writable, or keep the state of Retune elsewhere.',
    actions: [setOption('stateDirectory')],
    data: { directory },
    cause,
  });
}

interface BusyFacts {
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
    what: `Another Retune session is working on ${facts.folder}.`,
    why: `Session ${facts.session} (${facts.program}, ${where}) has held the folder since ${facts.since}.`,
    remedy: busyRemedy(facts),
    data: { ...facts },
  });
}

function busyRemedy({ program, pid, sameHost }: BusyFacts): string {
  if (program === editorProgram)
    return `Choose Keep or Undo in that window of ${editorProgram}, or stop the session there.`;
  return sameHost
    ? `Wait until it ends or stop it; if it hangs, end process ${pid} and start again.`
    : 'Wait until it ends, or stop it on that machine; if the machine is gone, try again in a minute.';
}

/** The lock was taken by someone else, because this process gave no sign of life for a long time (a suspended machine). */
export function lockLost(folder: string, session: string): RetuneError {
  return new RetuneError({
    code: 'session.lock-lost',
    what: `Session ${session} no longer holds ${folder}.`,
    why: 'This process was silent long enough for another session to take over.',
    remedy: 'Start again when the other session has ended. Undo this one if you want its files as they were before it.',
    actions: [runCommand('undo', { args: [session], folder })],
    data: { folder, session },
  });
}

/** A record cannot be written; what it would have said has not been done yet. */
export function recordUnwritable(path: string, cause: unknown): RetuneError {
  const full = isDiskFull(cause);
  return new RetuneError({
    code: full ? 'session.disk-full' : 'session.record-unwritable',
    what: `The record of this session, ${path}, cannot be written.`,
    why: full ? 'The disk or the quota is full.' : `The system says: ${sentenceOf(cause)}`,
    remedy: full
      ? 'Free some space, or keep the state of Retune on another disk, and start again.'
      : 'Make its folder writable, or keep the state of Retune elsewhere, and start again.',
    actions: [setOption('stateDirectory')],
    data: { path },
    cause,
  });
}

/** A file that is no session's record at all. */
export function recordUnreadable(path: string, detail: string, cause?: unknown): RetuneError {
  return new RetuneError({
    code: 'session.record-unreadable',
    what: `${path} is not the record of a session.`,
    why: `${detail}.`,
    remedy: 'Choose the record.jsonl in the folder of a session.',
    actions: [runCommand('sessions')],
    data: { path },
    ...(cause !== undefined && { cause }),
  });
}

export function notResumable(session: string, why: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'session.not-resumable',
    what: `Session ${session} cannot be resumed.`,
    why: `${why}.`,
    remedy:
      known.length === 0
        ? 'Start a new session.'
        : `Start a new session, or resume another (the newest is ${known[0]}).`,
    actions: [runCommand('fix'), ...(known.length > 0 ? [runCommand('sessions')] : [])],
    data: { session, known: known.slice(0, 20) },
  });
}

/** Resuming would take back a change that passes. @param files that still hold it */
export function alreadySolved(folder: string, session: string, files: readonly string[]): RetuneError {
  const there = files.length > 0;
  return new RetuneError({
    code: 'session.not-resumable',
    what: `Session ${session} cannot be resumed.`,
    why: `It made the tests pass, and its change is ${there ? `in ${files.join(', ')}` : 'no longer in the files'}.`,
    remedy: there ? 'Review the change, and undo the session if you do not want it.' : 'Start a new session.',
    actions: [there ? runCommand('undo', { args: [session], folder }) : runCommand('fix')],
    data: { session, files },
  });
}

/** Before the first attempt: without a verdict there is nothing to work towards. @param detected a sentence */
export function baselineUnusable(detail: string, detected: string): RetuneError {
  return new RetuneError({
    code: 'tests.baseline-unusable',
    what: 'The tests cannot judge an attempt.',
    why: sentence(detail),
    remedy: `Run the tests to see what is wrong, or give another test command. Retune chose this one for this reason: ${sentence(detected)}`,
    actions: [runCommand('test'), setOption('testCommand')],
    data: { detail, detected },
  });
}
