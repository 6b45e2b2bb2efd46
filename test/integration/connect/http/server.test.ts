import assert from 'node:assert/strict';
import { HttpServer } from '../../../../src/connect/http/server.ts';
import type { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { startTestServer } from '../../../support/http-server.ts';

const never = (): AbortSignal => new AbortController().signal;

async function refused(work: Promise<unknown>): Promise<RetuneError> {
  return work.then(
    () => assert.fail('it was answered'),
    (error: RetuneError) => error,
  );
}

/** The error for an answer with this status, headers and text. */
async function errorFor(
  status: number,
  text = '',
  headers: Record<string, string> = {},
  key?: string,
): Promise<RetuneError> {
  await using server = await startTestServer((_, response) => void response.writeHead(status, headers).end(text));
  return await refused(new HttpServer(new URL(`${server.url}/v1/`), key).request('/chat', { a: 1 }, never()));
}

describe('a server that the developer named', () => {
  it('gets what it is asked and the key, and nothing else', async () => {
    await using server = await startTestServer((_, response) => void response.end('{}'));
    const named = new HttpServer(new URL(`${server.url}/v1/`), 'secret');
    assert.equal(named.host, server.host);
    await named.request('/chat', { a: 1 }, never());
    await new HttpServer(new URL(server.url), undefined).request('/models', undefined, never());
    const [first, second] = server.asked;
    assert.deepEqual([first?.method, first?.path, first?.body], ['POST', '/v1/chat', { a: 1 }]);
    assert.equal(first?.headers.authorization, 'Bearer secret');
    assert.equal(first?.headers.cookie, undefined);
    assert.deepEqual([second?.method, second?.path, second?.headers.authorization], ['GET', '/models', undefined]);
  });

  it('that does not listen is named with the system’s reason', async () => {
    const server = await startTestServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const error = await refused(new HttpServer(new URL(server.url), undefined).request('/x', {}, never()));
    assert.equal(error.code, 'connect.unreachable');
    assert.match(error.message, new RegExp(`${server.host}.*ECONNREFUSED`));
  });

  it('that wants a key, or another one, is told apart, and the key is in no message', async () => {
    const missing = await errorFor(401);
    assert.deepEqual([missing.code, missing.data.hasKey], ['connect.key-refused', false]);
    const wrong = await errorFor(403, '{"error": "secret is wrong"}', {}, 'secret');
    assert.match(wrong.why, /does not accept the key/);
    assert.ok(!JSON.stringify(wrong).includes('secret'));
    assert.deepEqual(wrong.actions, [{ kind: 'option', option: 'apiKey' }]);
  });

  it('says itself what is wrong, in one line that is not too long', async () => {
    const unknown = await errorFor(404, '{"error": {"message": "model \\"x\\"\\nnot found", "code": 404}}');
    assert.equal(unknown.code, 'connect.model-unknown');
    assert.equal(unknown.why, 'It says: model "x" not found.');
    const busy = await errorFor(429, '{"error": {"message": "Rate limit reached"}}', { 'retry-after': '20' });
    assert.deepEqual(
      [busy.code, busy.why, busy.remedy],
      ['connect.too-many-requests', 'It says: Rate limit reached.', 'Try again after 20 s.'],
    );
    const failed = await errorFor(500, 'x'.repeat(10_000));
    assert.deepEqual([failed.code, failed.data.status], ['connect.server-failed', 500]);
    assert.ok(failed.message.length < 600);
  });

  it('cannot pass the request on: a redirection is an error, and the other address is asked nothing', async () => {
    await using other = await startTestServer((_, response) => void response.end('{}'));
    const error = await errorFor(307, '', { location: `${other.url}/v1/chat` });
    assert.equal(error.code, 'connect.server-failed');
    assert.match(error.why, /redirects/);
    assert.deepEqual(other.asked, []);
  });

  it('is not waited for when the signal fires', async () => {
    await using server = await startTestServer(() => undefined);
    const stop = new AbortController();
    const waiting = refused(new HttpServer(new URL(server.url), undefined).request('/x', {}, stop.signal));
    setTimeout(() => stop.abort(), 20);
    assert.equal((await waiting).code, 'cancelled');
  });
});
