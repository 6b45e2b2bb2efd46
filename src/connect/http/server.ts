import { cancelledOr, keyRefused, modelUnknown, serverFailed, tooManyRequests, unreachable } from '../errors.ts';

/** Longest part of a server's own words that an error quotes, in characters. */
const maxQuoted = 300;

/** A server that the developer named. Nothing is sent to any other address: redirections are not followed. */
export class HttpServer {
  /** Name and port, for messages. */
  readonly host: string;
  readonly #base: string;
  readonly #key: string | undefined;

  /** @param key sent as a bearer token */
  constructor(base: URL, key: string | undefined) {
    this.host = base.host;
    this.#base = base.href.replace(/\/+$/, '');
    this.#key = key;
  }

  /**
   * @param path begins with a slash, below the base address
   * @param body JSON; absent: GET
   * @throws RetuneError `cancelled`, `connect.unreachable`, and what a status other than 2xx means
   */
  async request(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.#base}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal,
      });
    } catch (error) {
      throw cancelledOr(signal, unreachable(this.host, error));
    }
    if (!response.ok) throw await this.#refusal(response, signal);
    return response;
  }

  async #refusal(response: Response, signal: AbortSignal): Promise<Error> {
    const { status, headers } = response;
    const quote = await quoted(response).catch((error: unknown) => error);
    if (signal.aborted) return cancelledOr(signal, unreachable(this.host, quote));
    const words = typeof quote === 'string' ? quote : '';
    if (status === 401 || status === 403) return keyRefused(this.host, this.#key !== undefined);
    if (status === 404) return modelUnknown(this.host, words);
    if (status === 429) return tooManyRequests(this.host, headers.get('retry-after'), words);
    return serverFailed(this.host, status, words);
  }
}

/** The message of the usual `{"error": {"message": …}}`, else the beginning of the text; one line. */
async function quoted(response: Response): Promise<string> {
  const text = await response.text();
  return messageIn(text).replace(/\s+/g, ' ').trim().slice(0, maxQuoted);
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  } catch {
    // Not JSON, which is as good: a proxy may have answered.
  }
  return text;
}
