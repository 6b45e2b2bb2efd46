import { join } from 'node:path';
import { coadapt } from '../agent/coadapt.ts';
import { during } from '../agent/during.ts';
import { isRecorded, loopEvents, type Outcome } from '../agent/events.ts';
import { pastTurns } from '../agent/resume.ts';
import { openSnapshots } from '../files/snapshots/open-snapshots.ts';
import type { FileDiff, Snapshots } from '../files/snapshots/snapshots.ts';
import { isCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { unforeseen } from '../shared/errors/unforeseen.ts';
import { loadSyntax } from '../targeting/syntax.ts';
import { WorkspaceEnvironment } from './environment.ts';
import type { DecisionEvent, FixEvent, Notice, SessionStart } from './fix-events.ts';
import type { FixHost, FixOptions } from './fix-options.ts';
import { begin, type OpenedRecord, resume } from './fix-start.ts';
import { acquireLock, type Lock } from './lock.ts';
import { PolicyLease } from './policy-lease.ts';
import { defaultTimeoutMs, type PreparedTask, prepare } from './prepare.ts';
import { prune } from './prune.ts';
import type { SessionRecord } from './record.ts';
import { recover } from './recovery.ts';
import { newSessionId, openStorage, type Storage } from './storage.ts';
import { undoSession } from './undo.ts';

/**
 * One task on one workspace folder, from the request to the decision: `open`, all of `events`, then `keep`, `undo` or neither
 * (the change stays in the files, and the next session names it), and `dispose` in any case. The lock on the folder is held
 * from `open` to `dispose`. Every event is on disk before the consumer sees it, and every file is saved before it is
 * overwritten, so that `undo` works whatever happens, even from another process.
 */
export class FixSession {
  readonly id: string;
  /** How the loop ended; undefined while it runs. */
  outcome: Outcome | { readonly kind: 'nothing-to-fix' } | undefined;
  readonly #options: FixOptions;
  readonly #host: FixHost;
  readonly #storage: Storage;
  readonly #lock: Lock;
  readonly #record: SessionRecord;
  readonly #snapshots: Snapshots;
  readonly #start: SessionStart;
  /** Recorded events of this session, including those before an interruption. */
  readonly #events: FixEvent[];
  readonly #notices: readonly Notice[];
  readonly #originals = new Map<string, string>();
  readonly #lease: PolicyLease;

  #began = false;

  private constructor(
    { start, options, events, notices, record }: OpenedRecord,
    host: FixHost,
    storage: Storage,
    lock: Lock,
    snapshots: Snapshots,
  ) {
    this.id = start.id;
    this.#options = options;
    this.#host = host;
    this.#storage = storage;
    this.#lock = lock;
    this.#record = record;
    this.#snapshots = snapshots;
    this.#start = start;
    this.#events = [...events];
    this.#notices = notices;
    this.#lease = new PolicyLease(host, options, start, join(storage.sessionDirectory(start.id), 'adapters'));
  }

  /**
   * Takes the folder's lock and begins or resumes the session's record; nothing is run yet.
   * @throws RetuneError `session.busy` when another session works in this folder, `session.not-resumable`
   */
  static async open(options: FixOptions, host: FixHost): Promise<FixSession> {
    const storage = await openStorage(options.folder, options.storageRoot);
    const id = options.resume ?? newSessionId();
    const { program } = host;
    const lock = await acquireLock(storage, { sessionId: id, ...(program !== undefined && { program }) });
    try {
      const recovered = await recover(storage, { except: id });
      const snapshots = await openSnapshots(storage.folder, storage.sessionDirectory(id));
      const begun = await (options.resume === undefined
        ? begin(storage, id, options)
        : resume(storage, id, options, snapshots));
      const notices = [...recovered.notices, ...begun.notices];
      return new FixSession({ ...begun, notices }, host, storage, lock, snapshots);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Whether the loop has begun since the session was opened; until then nothing is changed. */
  get began(): boolean {
    return this.#began;
  }

  /** The workspace folder, absolute, symlinks resolved. */
  get folder(): string {
    return this.#storage.folder;
  }

  /** Text of a target file before the session, with line feeds; '' for other files. */
  original(path: string): string {
    return this.#originals.get(path) ?? '';
  }

  /** Runs the session to the end of its loop; may be called once. Errors are recorded as well. */
  async *events(signal: AbortSignal): AsyncGenerator<FixEvent, void> {
    try {
      for await (const event of this.#run(signal)) {
        if (isRecorded(event)) await this.#keepEvent(event);
        yield event;
      }
    } catch (error) {
      if (!signal.aborted || !isCancelled(error)) {
        await this.#recordFailure(error);
        throw error;
      }
      // Stopped before the loop began; once it runs, it says so itself.
      this.outcome = { kind: 'stopped' };
      const event = { kind: 'finished', turns: 0, outcome: { kind: 'stopped' }, milliseconds: 0 } as const;
      await this.#keepEvent(event);
      yield event;
    }
  }

  async #keepEvent(event: Exclude<FixEvent, { readonly kind: 'phase' | 'prefill' | 'token' }>): Promise<void> {
    // The first line was written when the session was opened.
    if (event === this.#start) return;
    this.#events.push(event);
    await this.#record.append(event);
  }

  async *#run(signal: AbortSignal): AsyncGenerator<FixEvent, void> {
    yield this.#start;
    for (const notice of this.#notices) yield { kind: 'notice', ...notice };
    const prepared = yield* this.#prepare(signal);
    if (!('task' in prepared)) {
      this.outcome = { kind: 'nothing-to-fix' };
      yield { kind: 'nothing-to-fix', verdict: prepared.baseline.verdict };
      return;
    }
    for (const { path, file } of prepared.target.files) this.#originals.set(path, file.text);

    const past = pastTurns(loopEvents(this.#events));
    if (past.length > 0) yield { kind: 'resumed', turns: past.length };
    const { parts, adapter, events } = await this.#lease.take(past.length, this.#options.recorded, signal);
    yield* events;
    const environment = new WorkspaceEnvironment({
      ...prepared,
      targets: prepared.target.files,
      snapshots: this.#snapshots,
      timeoutMs: this.#options.timeoutMs ?? defaultTimeoutMs,
      scratch: this.#scratch,
      // After a pause of the machine another session may have taken over.
      beforeWrite: () => this.#lock.assertHeld(),
    });
    this.#began = true;
    const { maxTurns, method, seed } = this.#start;
    const { switchTurn, sampling, maxAnswerTokens } = this.#options;
    const loop = coadapt(
      {
        method,
        maxTurns,
        seed,
        adapter,
        past,
        ...(switchTurn !== undefined && { switchTurn }),
        ...(sampling !== undefined && { sampling }),
        ...(maxAnswerTokens !== undefined && { maxAnswerTokens }),
      },
      {
        ...parts,
        environment,
        syntax: await loadSyntax(prepared.target.files),
        comment: (turn, verdict, signal) => this.#host.comment(turn, verdict, signal),
      },
      signal,
    );
    try {
      for (;;) {
        const next = await loop.next();
        if (next.done) {
          this.outcome = next.value;
          return;
        }
        // A rollback counts too: two in a row end the updates of a session, even of a resumed one.
        if (next.value.kind === 'weights' && next.value.weights.kind !== 'skipped') {
          const notice = await this.#lease.saveSessionAdapter(next.value.turn);
          if (notice !== undefined) yield { kind: 'notice', message: notice };
        }
        yield next.value;
      }
    } finally {
      // A consumer that leaves early stops the work; wait for its end.
      await loop.return({ kind: 'stopped' });
    }
  }

  /** The tests run for the first time while the model is being opened; if either fails, the other is cancelled. */
  async *#prepare(signal: AbortSignal): AsyncGenerator<FixEvent, PreparedTask | Pick<PreparedTask, 'baseline'>> {
    return yield* during(async (report: (event: FixEvent) => void, signal) => {
      const modelFailed = new AbortController();
      const opening = this.#lease.open(signal).catch((error: unknown) => {
        modelFailed.abort();
        throw error;
      });
      opening.catch(() => undefined);
      try {
        const session = { id: this.id, scratch: this.#scratch };
        const prepared = await prepare(this.#options, session, report, AbortSignal.any([signal, modelFailed.signal]));
        // If the model will not be needed, its opening, which may take minutes, is cancelled when this function ends.
        if ('task' in prepared) await opening;
        return prepared;
      } catch (error) {
        // The preparation was stopped because of the model's error, which is the one to report.
        if (modelFailed.signal.aborted) await opening;
        throw error;
      }
    }, signal);
  }

  get #scratch(): string {
    return join(this.#storage.sessionDirectory(this.id), 'scratch');
  }

  /** Unified diffs of what the session changed. */
  diff(): Promise<readonly FileDiff[]> {
    return this.#snapshots.diff();
  }

  /**
   * The developer accepts: the change stays, and the workspace adapter learns the answer that passed (adaptation §6), unless
   * learning is switched off or nothing passed.
   */
  async keep(signal: AbortSignal): Promise<DecisionEvent> {
    const learnt = this.outcome?.kind === 'solved' ? await this.#lease.learn(this.#events, signal) : undefined;
    const event: DecisionEvent = { kind: 'kept', ...(learnt !== undefined && { learnt }) };
    await this.#record.append(event);
    return event;
  }

  /** Restores what was there before the session, or before a turn; the session adapter is dropped. */
  async undo(toTurn?: number): Promise<DecisionEvent> {
    const event = await undoSession(this.#snapshots, this.#record, toTurn);
    await this.#lease.forgetSessionAdapter();
    return event;
  }

  /** Releases the lock and the session's adapters, and deletes old sessions. The workspace's files stay as they are. */
  async dispose(): Promise<void> {
    try {
      await this.#lease.forgetSessionAdapter();
      await this.#record.close();
      await this.#snapshots.settled();
      await prune(this.#storage);
    } finally {
      await this.#lock.release();
    }
  }

  async #recordFailure(error: unknown): Promise<void> {
    const known = error instanceof RetuneError ? error : unforeseen(error);
    try {
      await this.#record.append({ kind: 'failed', error: known.toJSON() });
    } catch {
      // The disk may be full, which is then what `error` says; the caller throws it.
    }
  }
}
