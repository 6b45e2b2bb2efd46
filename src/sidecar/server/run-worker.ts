import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  CancellationSenderStrategy,
  type CancellationToken,
  createMessageConnection,
  PortMessageReader,
  PortMessageWriter,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { stateRoot } from '../../shared/state-root.ts';
import { engineUnavailable } from '../errors.ts';
import * as protocol from '../protocol/protocol.ts';
import { toResponseError } from '../protocol/wire-errors.ts';
import type { Engine, LoadEngine } from './engine.ts';
import { ModelHost } from './model-host.ts';
import { polledSignal } from './polled-signal.ts';
import { AdaptersChanged, flagReceiver, type WorkerStart } from './worker-link.ts';

/** The body of the worker thread: owns the engine and every model, speaks the sidecar's protocol over its port. */
export function runWorker(loadEngine: LoadEngine): void {
  if (parentPort === null) throw new Error('The sidecar’s worker must be started as a worker thread.');
  const { stateDirectory } = workerData as WorkerStart;
  const connection = createMessageConnection(
    new PortMessageReader(parentPort),
    new PortMessageWriter(parentPort),
    undefined,
    { cancellationStrategy: { receiver: flagReceiver, sender: CancellationSenderStrategy.Message } },
  );
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
    connection.onRequest(type.method, async (params: P, token: CancellationToken): Promise<unknown> => {
      try {
        return await handle(params, polledSignal(token));
      } catch (error) {
        return toResponseError(error);
      }
    });
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
  on(protocol.ModelGenerate.type, async ({ model, request, progressToken }, signal) =>
    host.generate(model, request, progress(progressToken, protocol.ModelGenerate.progress), signal),
  );
  on(protocol.ModelGenerateBatch.type, async ({ model, requests }, signal) =>
    host.run(model, (local) => local.generateBatch(requests, signal), signal),
  );
  on(protocol.ModelCountTokens.type, async ({ model, prompt }, signal) =>
    host.ask(model, (local) => local.countTokens(prompt, signal)),
  );
  on(protocol.ModelScore.type, async ({ model, request }, signal) =>
    host.run(model, (local) => local.score(request, signal), signal),
  );
  on(protocol.ModelUpdate.type, async ({ model, request }, signal) => host.update(model, request, signal));
  on(protocol.AdaptersCreate.type, async ({ model, ...spec }, signal) =>
    host.changeAdapter(model, (adapters) => adapters.create(spec), signal),
  );
  on(protocol.AdaptersLoad.type, async ({ model, ...spec }, signal) =>
    host.changeAdapter(model, (adapters) => adapters.load(spec), signal),
  );
  on(protocol.AdaptersReset.type, async ({ model, name }, signal) =>
    host.changeAdapter(model, (adapters) => adapters.reset(name), signal),
  );
  on(protocol.AdaptersSave.type, async ({ model, ...spec }, signal) =>
    host.run(model, async (local) => local.adapters.save(spec).then(() => null), signal),
  );
  on(protocol.AdaptersDrop.type, async ({ model, name }, signal) => host.dropAdapter(model, name, signal));
  on(protocol.WorkspaceOpen.type, async (params, signal) => host.openWorkspace(params, signal));
  on(protocol.WorkspaceAccept.type, async (params, signal) => host.acceptAnswer(params, signal));
  const filesOf = async (checkpoint: string, signal: AbortSignal) =>
    (await getEngine()).openWorkspaceFiles(checkpoint, adaptersDirectory, signal);
  on(protocol.WorkspaceState.type, async ({ key, ...of }, signal) =>
    'model' in of
      ? host.ask(of.model, ({ workspace }) => workspace.state(key))
      : (await filesOf(of.checkpoint, signal)).state(key),
  );
  on(protocol.WorkspaceRevert.type, async ({ key, ...of }, signal) =>
    'model' in of
      ? host.changeWorkspace(of.model, (workspace) => workspace.revert(key), signal)
      : (await filesOf(of.checkpoint, signal)).revert(key),
  );
  on(protocol.WorkspaceReset.type, async ({ key, ...of }, signal) =>
    'model' in of
      ? host.changeWorkspace(of.model, (workspace) => workspace.reset(key), signal)
      : (await filesOf(of.checkpoint, signal)).reset(key),
  );
  on(protocol.WorkspaceExport.type, async ({ key, directory, ...of }, signal) => {
    if ('model' in of) await host.ask(of.model, ({ workspace }) => workspace.export({ key, directory }));
    else await (await filesOf(of.checkpoint, signal)).export({ key, directory });
    return null;
  });
  on(protocol.Doctor.type, async (params) => (await getEngine()).diagnose(params));
  connection.listen();
}
