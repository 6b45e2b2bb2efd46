import { type CancellationToken, createMessageConnection, type RequestType } from 'vscode-jsonrpc/node';
import { stackOf } from '../../shared/errors/thrown.ts';
import { answerRequest } from '../../shared/rpc/answer-request.ts';
import { internal, versionMismatch } from '../protocol/errors.ts';
import { FrameReader, FrameWriter } from '../protocol/frames.ts';
import {
  type MainThreadMethod,
  type MethodParams,
  methodNames,
  methods,
  methodType,
  type Result,
} from '../protocol/methods.ts';
import * as protocol from '../protocol/protocol.ts';
import { modelNotOpen, notInitialized } from './errors.ts';
import { LogFile } from './log-file.ts';
import { discardState, prepareStateDirectory } from './state-directory.ts';
import { claimStdout } from './stdout.ts';
import { type KnownModel, WorkerClient } from './worker-client.ts';

/** What the main thread itself answers about an open model. */
type MainThreadAnswers = { readonly [K in MainThreadMethod]: (known: KnownModel) => Result<K> };

/** How long a worker may take to notice a cancellation before the process ends without it. */
const graceMs = 300;

/** The process's main thread: answers on stdio, never does anything long, hands the rest to the worker. */
export function startServer(options: { readonly worker: URL }): void {
  const connection = createMessageConnection(
    new FrameReader(process.stdin, (text) => log('warn', `ignored on stdin: ${text.trim()}`)),
    new FrameWriter(claimStdout()),
  );
  let logFile: LogFile | undefined;
  let serving: { readonly worker: WorkerClient; readonly stateDirectory: string } | undefined;
  let ending = false;

  function log(level: protocol.LogLevel, message: string): void {
    logFile?.write(level, message);
    if (level === 'error') process.stderr.write(`${message}\n`);
    endIfUnsent(connection.sendNotification(protocol.Log.type, { level, message }));
  }

  function endIfUnsent(sent: Promise<void>): void {
    sent.catch(() => end(1, 'the client is gone'));
  }

  /**
   * `process.exit` waits for the worker, and a native run cannot be interrupted: when the worker does not stop by
   * itself, the process ends itself the hard way. Files are written atomically, so nothing is left half-done.
   */
  async function end(code: number, why: string): Promise<void> {
    if (ending) return;
    ending = true;
    logFile?.write('info', `ending: ${why}`);
    await serving?.worker.settle(graceMs);
    if (serving?.worker.state === 'busy') process.kill(process.pid, 'SIGKILL');
    process.exit(code);
  }

  function lastWords(what: string, error: unknown): void {
    if (ending) return;
    const message = `${what}: ${stackOf(error)}`;
    process.stderr.write(`${message}\n`);
    logFile?.write('error', message);
    process.exitCode = 70;
    void end(70, what);
  }

  // A client that vanished reads nothing any more. Without a listener each word to it would be an uncaught exception, whose
  // last words would be the next one, for ever.
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', (error) => lastWords('uncaught exception', error));
  process.on('unhandledRejection', (error) => lastWords('unhandled rejection', error));
  process.on('SIGTERM', () => void end(143, 'SIGTERM'));
  process.on('SIGHUP', () => void end(129, 'SIGHUP'));
  // A terminal sends Ctrl-C to the whole group; the client decides what it means and says so over the connection.
  process.on('SIGINT', () => undefined);
  process.stdin.on('end', () => void end(0, 'stdin was closed'));
  process.stdin.on('close', () => void end(0, 'stdin was closed'));
  connection.onError(([error]) => void end(65, `protocol error: ${error.message}`));

  function health(): protocol.Health {
    return {
      worker: serving?.worker.state ?? 'none',
      openModels: [...(serving?.worker.models.keys() ?? [])],
      pending: serving?.worker.pending ?? 0,
      residentBytes: process.memoryUsage.rss(),
      uptimeMs: Math.round(process.uptime() * 1000),
    };
  }

  function on<P, R>(
    type: RequestType<P, R, protocol.WireError>,
    handle: (params: P, token: CancellationToken) => Promise<R> | R,
  ): void {
    answerRequest(connection, type.method, handle, internal);
  }
  function opened(worker: WorkerClient, model: string) {
    const known = worker.models.get(model);
    if (known === undefined) throw modelNotOpen(model, [...worker.models.keys()]);
    return known;
  }
  function workerFor(method: string): WorkerClient {
    if (serving === undefined) throw notInitialized(method);
    return serving.worker;
  }
  on(protocol.Initialize.type, (params) => {
    if (params.protocolVersion !== protocol.protocolVersion) {
      throw versionMismatch(params.protocolVersion, protocol.protocolVersion);
    }
    const stateDirectory = prepareStateDirectory(params.stateDirectory);
    if (params.logDirectory !== undefined) logFile = new LogFile(params.logDirectory);
    logFile?.write('info', `started for ${params.client}, Node ${process.version}, state in ${stateDirectory}`);
    const worker = new WorkerClient(
      options.worker,
      { stateDirectory },
      {
        progress: (token, value) => endIfUnsent(connection.sendNotification('$/progress', { token, value })),
        log,
        changed: () => {
          if (!ending) endIfUnsent(connection.sendNotification(protocol.HealthChanged.type, health()));
        },
      },
    );
    serving = { worker, stateDirectory };
    return {
      protocolVersion: protocol.protocolVersion,
      processId: process.pid,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      stateDirectory,
    };
  });
  on(protocol.Shutdown.type, async (params) => {
    await serving?.worker.settle(graceMs);
    if (params.discardState && serving) discardState(serving.stateDirectory);
    // The client closes stdin when it has the answer; this is for one that does not.
    setTimeout(() => void end(0, 'shutdown'), 1000).unref();
    return null;
  });
  on(protocol.HealthPing.type, health);
  on(protocol.ModelOpen.type, async (params, token) => {
    const worker = workerFor(protocol.ModelOpen.method);
    const result = await worker.request(protocol.ModelOpen.type, params, token);
    worker.models.set(params.model, { info: result.info, adapters: result.adapters });
    return result;
  });
  on(protocol.ModelClose.type, async (params, token) => {
    const worker = workerFor(protocol.ModelClose.method);
    opened(worker, params.model);
    await worker.request(protocol.ModelClose.type, params, token);
    worker.models.delete(params.model);
    return null;
  });
  on(protocol.ModelDescribe.type, ({ model }) => opened(workerFor(protocol.ModelDescribe.method), model).info);
  on(protocol.Doctor.type, (params, token) =>
    workerFor(protocol.Doctor.method).request(protocol.Doctor.type, params, token),
  );
  const answers: MainThreadAnswers = {
    'adapters.list': ({ adapters }) => adapters,
  };
  for (const name of methodNames) {
    on<MethodParams, unknown>(methodType(name), (params, token) => {
      const worker = workerFor(methods[name].wire);
      const unopened = methods[name].unopened && 'checkpoint' in params;
      const known = unopened ? undefined : opened(worker, (params as protocol.ModelRef).model);
      const answer = answers[name as MainThreadMethod] as MainThreadAnswers[MainThreadMethod] | undefined;
      if (answer !== undefined && known !== undefined) return answer(known);
      return worker.request(methodType(name), params, token);
    });
  }
  connection.listen();
}
