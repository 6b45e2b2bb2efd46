import { randomUUID } from 'node:crypto';
import type { ProgressType, RequestType } from 'vscode-jsonrpc/node';
import { tokenFromSignal } from '../../shared/rpc/token-from-signal.ts';
import type * as protocol from '../protocol/protocol.ts';
import type { SidecarProcess } from './sidecar-process.ts';

export interface ProgressListener<PR> {
  readonly type: ProgressType<PR>;
  readonly on: (value: PR) => void;
}

/**
 * One request to a running process, with its progress, cancelled by the signal.
 * @param params receives the progress token, or undefined without `progress`.
 */
export async function send<P, R, PR>(
  process: SidecarProcess,
  type: RequestType<P, R, protocol.WireError>,
  params: (progressToken: string | undefined) => P,
  progress: ProgressListener<PR> | undefined,
  signal: AbortSignal,
): Promise<R> {
  const progressToken = progress && randomUUID();
  const listener = progress && process.connection.onProgress(progress.type, progressToken as string, progress.on);
  const cancellation = tokenFromSignal(signal);
  try {
    return await process.request(type, params(progressToken), cancellation.token);
  } finally {
    listener?.dispose();
    cancellation.dispose();
  }
}
