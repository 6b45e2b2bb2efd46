import assert from 'node:assert/strict';
import { serverSentEvents } from '../../../../src/connect/http/server-sent-events.ts';

async function read(pieces: readonly Uint8Array[]): Promise<string[]> {
  async function* body() {
    yield* pieces;
  }
  const events: string[] = [];
  for await (const data of serverSentEvents(body())) events.push(data);
  return events;
}

describe('server-sent events', () => {
  const stream =
    ': hello\r\n\r\ndata: {"a": "ä€𝄞"}\r\n\r\nevent: x\nid: 7\ndata:one\ndata: two\n\n\n\ndata: [DONE]\r\rdata: cut';
  const expected = ['{"a": "ä€𝄞"}', 'one\ntwo', '[DONE]'];

  it('are the same wherever the bytes are cut', async () => {
    const bytes = Buffer.from(stream);
    assert.deepEqual(await read([bytes]), expected);
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.deepEqual(await read([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
    }
    assert.deepEqual(await read([...bytes].map((byte) => Buffer.from([byte]))), expected);
  });

  it('have an end: a line without one is not read for ever', async () => {
    await assert.rejects(read(Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x'))), RangeError);
  });
});
