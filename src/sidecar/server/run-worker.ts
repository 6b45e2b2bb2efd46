import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CancellationSenderStrategy, type RequestType } from 'vscode-jsonrpc/node';
import type { WorkspaceAdapterStore } from '../../policy/workspace-adapters.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { answerRequest } from '../../shared/rpc/answer-request.ts';
import { polledSignal } from '../../shared/rpc/polled-signal.ts';
import { threadConnection } from '../../shared/rpc/thread-connection.ts';
import { stateRoot } from '../../shared/state-root.ts';
import { internal } from '../protocol/errors.ts';
import {
  generationProgress,
  type MethodName,
  type MethodParams,
  methodNames,
  methods,
  methodType,
  type Result,
  toArgument,
} from '../protocol/methods.ts';
import * as protocol from '../protocol/protocol.ts';
import type { Engine, LoadEngine } from './engine.ts';
import { engineUnavailable, modelNotOpen } from './errors.ts';
import { ModelHost } from './model-host.ts';
import { AdaptersChanged, flagReceiver, type WorkerStart } from './worker-link.ts';

/** The body of the worker thread: owns the engine and every model, speaks the sidecar's protocol over its port. */
export function runWorker(loadEngine: LoadEngine): void {
  if (parentPort === null) throw new Error('The sidecar’s worker must be started as a worker thread.');
  const { stateDirectory } = workerData as WorkerStart;
  const connection = threadConnection(parentPort, {
    receiver: flagReceiver,
    sender: CancellationSenderStrategy.Message,
  });
  const adaptersDirectory = join(stateRoot(), 'adapters');
  const host = new ModelHost(
    { state: stateDirectory, adapters: adaptersDirectory },
    {
      adaptersChanged: (model, adapters) => void connection.sendNotification(AdaptersChanged.type, { model, adapters }),
      warn: (message) => void connection.sendNotification(protocol.Log.type, { level: 'warn', message }),
    },
  );

  let engine: Promise<Engine> | undefined;
  const getEngine = (): Promise<Engine> => {
    engine ??= loadEngine().catch((error: unknown) => {
      engine = undefined;
      throw error instanceof RetuneError ? error : engineUnavailable(error);
    });
    return engine;
  };

  function on<P, R>(
    type: RequestType<P, R, protocol.WireError>,
    handle: (params: P, signal: AbortSignal) => Promise<R>,
  ): void {
    answerRequest<P>(connection, type.method, (params, token) => handle(params, polledSignal(token)), internal);
  }
  function progress<T>(token: string | undefined, type: Parameters<typeof connection.sendProgress<T>>[0]) {
    return (value: T): void => {
      if (token !== undefined) void connection.sendProgress<unknown>(type, token, value);
    };
  }

  on(protocol.ModelOpen.type, async (params, signal) =>
    host.open(await getEngine(), params, progress(params.progressToken, protocol.ModelOpen.progress), signal),
  );
  on(protocol.ModelClose.type, async ({ model }, signal) => host.close(model, signal));
  for (const name of methodNames) {
    on(methodType(name), async (params, signal) =>
      'checkpoint' in params
        ? ofUnopened(name, params.checkpoint, params, signal)
        : host.call(
            name,
            params.model,
            toArgument(name, params),
            progress(params.progressToken, generationProgress),
            signal,
          ),
    );
  }
  async function ofUnopened<K extends MethodName>(
    name: K,
    checkpoint: string,
    params: MethodParams,
    signal: AbortSignal,
  ): Promise<Result<K>> {
    if (!methods[name].unopened) throw modelNotOpen(checkpoint, []);
    const workspace = await (await getEngine()).openWorkspaceFiles(checkpoint, adaptersDirectory, signal);
    const call = workspace[name.slice('workspace.'.length) as keyof WorkspaceAdapterStore] as (
      argument: unknown,
    ) => unknown;
    return (await call.call(workspace, toArgument(name, params))) as Result<K>;
  }
  on(protocol.Doctor.type, async (params) => (await getEngine()).diagnose(params));
  connection.listen();
}
