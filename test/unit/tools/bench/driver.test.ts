import assert from 'node:assert/strict';
import { Driver } from '../../../../tools/bench/driver.ts';

/** A driver process of a few lines; every request is answered by the given code. */
function driver(answer: string): Driver {
  const program = `
    import { createInterface } from 'node:readline';
    for await (const line of createInterface({ input: process.stdin })) {
      const request = JSON.parse(line);
      if (request.op === 'quit') process.exit(0);
      ${answer}
    }`;
  return new Driver({ command: process.execPath, arguments: ['--input-type=module', '-e', program] });
}
const request = { op: 'prefill', tokens: 3, seed: 1 } as const;

describe('benchmark driver', () => {
  it('returns the reply and skips what libraries print', async () => {
    const one = driver(`
      console.log('loading {"seconds":9}');
      console.log('{"level":"info"}');
      console.log('{broken');
      console.log(JSON.stringify({ seconds: 2, tokens: request.tokens, rssBytes: 1, cpuSeconds: 1 }));`);
    try {
      assert.equal((await one.request(request)).tokens, 3);
      assert.equal((await one.request({ ...request, tokens: 4 })).tokens, 4);
    } finally {
      await one.close();
    }
  });

  it('rejects with the other side’s error, and goes on', async () => {
    const one = driver(`console.log(request.seed === 1 ? '{"error":"no memory"}' : '{"seconds":1}');`);
    try {
      await assert.rejects(one.request(request), /^Error: no memory$/);
      assert.equal((await one.request({ ...request, seed: 2 })).seconds, 1);
    } finally {
      await one.close();
    }
  });

  it('rejects with the last words when the process dies', async () => {
    const one = driver(`console.error('out of luck'); process.exit(3);`);
    await assert.rejects(one.request(request), /exit code 3.*out of luck/s);
    await one.close();
  });

  it('rejects when the program does not exist', async () => {
    const one = new Driver({ command: '/nonexistent/program', arguments: [] });
    await assert.rejects(one.request(request), /ENOENT/);
    await one.close();
  });
});
