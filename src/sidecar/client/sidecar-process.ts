import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import {
  CancellationToken,
  createMessageConnection,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { fromResponseError } from '../../shared/rpc/wire-errors.ts';
import { codeOf } from '../../shared/system-code.ts';
import { internal, versionMismatch } from '../protocol/errors.ts';
import { FrameReader, FrameWriter } from '../protocol/frames.ts';
import * as protocol from '../protocol/protocol.ts';
import { cannotStart, crashed, type ExitFacts, garbled, handshakeTimeout, hung, stopped } from './errors.ts';
import { LastWords } from './last-words.ts';
import type { Launch } from './launch.ts';
import { spawnSidecar } from './spawn.ts';

const outputDrainMs = 1000;

export interface ProcessHooks {
  /** A line of the sidecar's stderr, or a stray one of its stdout. */
  output(text: string): void;
  log(level: protocol.LogLevel, message: string): void;
  health(health: protocol.Health): void;
  /** Once, when it has ended; `error` is undefined when it was asked to. */
  ended(error: RetuneError | undefined, facts: ExitFacts): void;
}

/** One running sidecar, from spawn to exit. */
export class SidecarProcess {
  readonly connection: MessageConnection;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #launch: Launch;
  readonly #hooks: ProcessHooks;
  readonly #lastWords = new LastWords();
  readonly #closed: Promise<void>;
  /** Why this side ended it; decides what waiting requests are told. */
  #reason: ((facts: ExitFacts) => RetuneError) | undefined;
  #end: { readonly error: RetuneError } | undefined;

  /** @throws RetuneError `sidecar.cannot-start` */
  constructor(launch: Launch, hooks: ProcessHooks) {
    this.#launch = launch;
    this.#hooks = hooks;
    const child = spawnSidecar(launch);
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#heard('stderr', text));
    // Its end is reported by `close`; a write that fails has its own callback.
    child.stdin.on('error', () => undefined);
    this.connection = createMessageConnection(
      new FrameReader(child.stdout, (text) => this.#heard('stdout', text)),
      new FrameWriter(child.stdin),
    );
    this.connection.onError(([error]) => {
      if (error instanceof SyntaxError) {
        this.kill((facts) => garbled(launch.command, error.message, facts.lastWords));
      }
    });
    this.connection.onNotification(protocol.Log.type, ({ level, message }) => hooks.log(level, message));
    this.connection.onNotification(protocol.HealthChanged.type, (health) => hooks.health(health));
    this.connection.listen();
    this.#closed = new Promise((resolve) => {
      child.once('error', (error: Error) => {
        // Without a process id it never started, and there may be no `close` event. On Windows the process is the shell that
        // looks for the program.
        if (child.pid !== undefined && codeOf(error) !== 'ENOENT') return;
        this.#reason = () => cannotStart(launch.command, error);
        this.#finish(null, null);
        resolve();
      });
      // Something that the command left running may hold stderr open for ever; its own exit is what counts.
      child.once('exit', (code, signal) => {
        setTimeout(() => {
          this.#finish(code, signal);
          resolve();
        }, outputDrainMs).unref();
      });
      // `close` comes after the last byte of stderr, `exit` may come before.
      child.once('close', (code, signal) => {
        this.#finish(code, signal);
        resolve();
      });
    });
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Compares versions. Rejects with the reason when the process ends first or says nothing in time. */
  async handshake(params: protocol.InitializeParams, timeoutMs: number): Promise<protocol.InitializeResult> {
    const timer = setTimeout(
      () => this.kill((facts) => handshakeTimeout(this.#launch.command, timeoutMs, facts.lastWords)),
      timeoutMs,
    );
    try {
      const result = await this.request(protocol.Initialize.type, params);
      if (result.protocolVersion !== protocol.protocolVersion) {
        throw versionMismatch(protocol.protocolVersion, result.protocolVersion);
      }
      return result;
    } catch (error) {
      if (error instanceof RetuneError) this.kill(() => error);
      await this.#closed;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A request whose failure is always a RetuneError: the sidecar's own, or the reason of its end. */
  async request<P, R>(
    type: RequestType<P, R, protocol.WireError>,
    params: P,
    token: CancellationToken = CancellationToken.None,
  ): Promise<R> {
    try {
      if (this.#end) throw this.#end.error;
      return await this.connection.sendRequest<R>(type.method, params, token);
    } catch (error) {
      const known = fromResponseError(error, internal);
      if (known !== undefined) throw known;
      await this.#closed;
      throw this.#end?.error ?? error;
    }
  }

  /** Pings until the process ends; one unanswered ping means that it hangs. */
  watch(intervalMs: number, timeoutMs: number): void {
    const ping = (): void => {
      if (this.#end) return;
      const deadline = setTimeout(() => this.kill((facts) => hung(timeoutMs, facts)), timeoutMs);
      deadline.unref();
      this.request(protocol.HealthPing.type, {}).then(
        (health) => {
          clearTimeout(deadline);
          this.#hooks.health(health);
          setTimeout(ping, intervalMs).unref();
        },
        () => clearTimeout(deadline),
      );
    };
    setTimeout(ping, intervalMs).unref();
  }

  /** Asks it to end, then closes stdin, then kills it. Resolves when it is gone. */
  async shutdown(discardState: boolean, timeoutMs: number): Promise<void> {
    this.#reason ??= () => stopped();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs);
    await Promise.allSettled([this.request(protocol.Shutdown.type, { discardState })]);
    this.#child.stdin.end();
    await this.#closed;
    clearTimeout(timer);
  }

  /** Ends it at once. Without a reason the error is that of a crash. */
  kill(reason?: (facts: ExitFacts) => RetuneError): void {
    if (reason) this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  #heard(stream: 'stdout' | 'stderr', text: string): void {
    this.#lastWords.append(stream, text);
    this.#hooks.output(text);
  }

  #finish(exitCode: number | null, signal: string | null): void {
    if (this.#end) return;
    const facts = { command: this.#launch.command, exitCode, signal, lastWords: this.#lastWords.lines() };
    const error = this.#reason?.(facts) ?? crashed(facts);
    this.#end = { error };
    this.connection.dispose();
    this.#hooks.ended(error.code === 'sidecar.stopped' ? undefined : error, facts);
  }
}
