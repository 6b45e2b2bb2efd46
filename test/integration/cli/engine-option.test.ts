import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Asked, startTestServer, type TestServer } from '../../support/http-server.ts';
import { block } from '../../support/loop.ts';
import { listOf, streamed } from '../../support/openai-bytes.ts';
import { buggy, right, sampleWorkspace } from '../../support/sample-workspace.ts';
import { runCli } from './run-cli.ts';

/** A server whose attempts are these, in order, and whose critic has nothing to say. */
function serverOf(attempts: readonly string[]): Promise<TestServer> {
  let turn = 0;
  return startTestServer(({ path, body }: Asked, response) => {
    if (path === '/v1/models') return void response.end(JSON.stringify(listOf({ id: 'qwen', meta: { n_ctx: 8192 } })));
    const [first] = (body as { messages: { content: string }[] }).messages;
    const text = first!.content.startsWith('You fix code') ? attempts[turn++]! : '?';
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamed([text.slice(0, 5), text.slice(5)]));
  });
}

describe('the option --engine', function () {
  this.timeout(60_000);
  // Nothing may start the model process of Retune's own engine.
  const sidecar = [process.execPath, '-e', 'process.exit(9)'];

  it('has a served model fix a workspace by words, and says once who receives the code', async () => {
    await using server = await serverOf([block(buggy.replace('-', '*')), block(right)]);
    await using workspace = await sampleWorkspace();
    const args = ['fix', workspace.folder, 'add(2, 3) is not 5', '--engine', `openai:${server.url}/v1`];
    const env = { RETUNE_STATE: workspace.state, RETUNE_API_KEY: 'k1' };
    const { code, stdout, stderr } = await runCli([...args, '--auto', '--yes'], { sidecar, env });
    assert.equal(code, 0, stdout + stderr);
    assert.equal(await readFile(path.join(workspace.folder, 'src/add.js'), 'utf8'), right);
    assert.match(stdout, /Solved after 2 turns/);
    assert.match(stdout, /not updated: This model only answers; its weights cannot be changed/);
    assert.equal(stderr.split(server.host).length - 1, 1, stderr);
    assert.match(stderr, /The model qwen is served by .*which receives the prompts/);
    assert.ok(server.asked.every(({ headers }) => headers.authorization === 'Bearer k1'));
  });

  it('comes from RETUNE_ENGINE too, and a server that is not there is an error before anything is changed', async () => {
    const server = await serverOf([]);
    await server[Symbol.asyncDispose]();
    await using workspace = await sampleWorkspace();
    const env = { RETUNE_STATE: workspace.state, RETUNE_ENGINE: `openai:${server.url}/v1` };
    const { code, stderr } = await runCli(['fix', workspace.folder, 'x', '--auto', '--yes'], { sidecar, env });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`The model server ${server.host} does not answer`));
    assert.equal(await readFile(path.join(workspace.folder, 'src/add.js'), 'utf8'), buggy);
  });

  it('gives answers to `model generate`, and clear errors to commands that need weights', async () => {
    await using server = await serverOf([]);
    const run = (...args: string[]) => runCli([...args, '--engine', `openai:${server.url}/v1`], { sidecar });
    const generated = await run('model', 'generate', '--model', 'qwen', '--prompt', 'Hello');
    assert.deepEqual([generated.code, generated.stdout], [0, '?\n'], generated.stderr);
    assert.match(generated.stderr, /2 tokens.*ended by stop-token/);
    const info = await run('model', 'info', '--model', 'qwen', '--json');
    assert.deepEqual(JSON.parse(info.stdout).served, { model: 'qwen', host: server.host });
    const replayed = await run('replay', 'smallfix', '--limit', '1');
    assert.equal(replayed.code, 1);
    assert.match(replayed.stderr, /cannot be measured with rosa, rosa2/);
    const listed = await run('adapter', 'list');
    assert.equal(listed.code, 1);
    assert.match(listed.stderr, /learn nothing from accepted answers/);
    const file = path.join(import.meta.dirname, 'run-cli.ts');
    const files = ['--prompt-file', file, '--completion-file', file];
    const out = path.join(import.meta.dirname, 'never-written');
    const adapted = ['model', 'adapt', '--model', 'qwen', ...files, '--reward', '1', '--solver', 'one-step'];
    const refused = await run(...adapted, '--out', out);
    assert.match(refused.stderr, /This model cannot change its weights/);
    assert.match((await run('model', 'score', '--model', 'qwen', ...files)).stderr, /cannot give the probability/);
  });
});
