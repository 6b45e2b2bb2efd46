import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { cancelled } from '../errors/cancelled.ts';
import { fromJson, RetuneError, type RetuneErrorJson } from '../errors/retune-error.ts';

/** What an error that nobody foresaw becomes; each connection has its own words for it. */
export type Unforeseen = (cause: unknown) => RetuneError;

/** The JSON-RPC code of every RetuneError; which one it is stands in `data.code`. */
const retuneErrorCode = 1;

export function toResponseError(error: unknown, unforeseen: Unforeseen): ResponseError<RetuneErrorJson> {
  const retuneError = asRetuneError(error, unforeseen);
  return new ResponseError(retuneErrorCode, retuneError.what, retuneError.toJSON());
}

function asRetuneError(error: unknown, unforeseen: Unforeseen): RetuneError {
  if (error instanceof RetuneError) return error;
  // What `signal.throwIfAborted()` and Node's own functions throw.
  return error instanceof DOMException && error.name === 'AbortError' ? cancelled() : unforeseen(error);
}

/** The error as the other side made it, or `undefined` when the connection itself was lost. */
export function fromResponseError(error: unknown, unforeseen: Unforeseen): RetuneError | undefined {
  if (error instanceof RetuneError) return error;
  if (!(error instanceof ResponseError)) return undefined;
  if (error.code === retuneErrorCode && isWireError(error.data)) return fromJson(error.data);
  const lost: number[] = [
    ErrorCodes.PendingResponseRejected,
    ErrorCodes.MessageWriteError,
    ErrorCodes.MessageReadError,
    ErrorCodes.ConnectionInactive,
  ];
  return lost.includes(error.code) ? undefined : unforeseen(error);
}

function isWireError(data: unknown): data is RetuneErrorJson {
  if (typeof data !== 'object' || data === null) return false;
  const fields = data as Record<string, unknown>;
  return ['code', 'what', 'why', 'remedy'].every((name) => typeof fields[name] === 'string');
}
