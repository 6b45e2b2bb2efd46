import type { RequestType } from 'vscode-jsonrpc/node';
import type * as protocol from '../protocol/protocol.ts';
import type { ProgressListener } from './send.ts';

export interface CallOptions<PR> {
  /** The open model that the request names. */
  readonly model?: string;
  readonly progress?: ProgressListener<PR>;
}

/** What the proxies of models need of a client. */
export interface Caller {
  /**
   * Sends a request, after starting the process and opening the model where needed.
   * @param params receives the progress token, or undefined without `progress`.
   */
  call<P, R, PR = never>(
    type: RequestType<P, R, protocol.WireError>,
    params: (progressToken: string | undefined) => P,
    options: CallOptions<PR>,
    signal: AbortSignal,
  ): Promise<R>;
  /** Forgets an adapter without starting a process or opening a model for it. */
  dropAdapter(model: string, name: string): Promise<void>;
  /** Waits until the model is open, and opens it again where the process has ended since. */
  ensureOpen(model: string, signal: AbortSignal): Promise<void>;
  closeModel(model: string): Promise<void>;
}
