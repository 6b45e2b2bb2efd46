import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  /** Everything it was asked, in order. */
  readonly asked: readonly Asked[];
}

/** A real HTTP server on a free port of this machine. */
export async function startTestServer(
  answer: (asked: Asked, response: ServerResponse, index: number) => void | Promise<void>,
): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    asked.push(one);
    await answer(one, response, asked.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
