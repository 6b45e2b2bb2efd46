import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Drives Retune 0.1.0 through everything that it keeps on disk: `node 0.1.0.ts CHECKOUT DIRECTORY`, started by make.ts.
 * The modules are those of that version, so nothing here follows later ones.
 */
const [checkout = '', directory = ''] = process.argv.slice(2);
const never = new AbortController().signal;
const fromCheckout = (file: string) => import(path.join(checkout, file));

const { openModel } = await fromCheckout('src/engine/runtime/open-model.ts');
const { ModelHost } = await fromCheckout('src/sidecar/server/model-host.ts');
const { FixSession } = await fromCheckout('src/workspace/session/fix.ts');
const { workspaceKey } = await fromCheckout('src/workspace/session/storage.ts');
const { ScriptedPolicy } = await fromCheckout('test/support/scripted-policy.ts');

const model = path.join(directory, 'models', 'linear');
cpSync(path.join(checkout, 'test/fixtures/checkpoints/linear'), model, { recursive: true });
const adaptersDirectory = path.join(directory, 'state', 'adapters');
const opening = { directory: model, dtype: 'fp32', provider: 'cpu', threads: 1 };
const weights = { ...opening, cacheDirectory: path.join(directory, 'models', 'cache') };

const buggy = 'export const add = (a, b) => a - b;\n';
const files = {
  'package.json': '{"name": "sample", "private": true, "type": "module", "scripts": {"test": "node --test"}}\n',
  'src/add.js': buggy,
  'test/add.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from '../src/add.js';

test('adds', () => assert.equal(add(2, 3), 5));
test('zero', () => assert.equal(add(0, 0), 0));
`,
};
const answers = ['a * b', 'a ** b', 'a + b'].map((sum) => `\`\`\`js\n${buggy.replace('a - b', sum)}\`\`\``);
const critique = `Kind: wrong-result
Cause: the operands are combined by another operation than the sum
<instruction>
Please return the sum of both operands, keep the rest, and return the whole target in one code block.
</instruction>`;
const pair = { promptTokens: [1, 2, 3], responseTokens: [4, 5, 6] };

await preparedWeights();
await sidecarState();
await decidedSession();
replayOfABenchmark();
// Last, because this process ends as if it were killed in the middle of the second turn.
await interruptedSession();

/** The cache entry of int4 weights, which are the smallest. */
async function preparedWeights(): Promise<void> {
  const cacheDirectory = path.join(directory, 'cache');
  const opened = await openModel({ ...opening, dtype: 'int4', cacheDirectory }, { adaptersDirectory }, never);
  await opened.dispose();
}

/** What a sidecar leaves behind that was killed: a session adapter, and a name that stands for a workspace. And an export. */
async function sidecarState(): Promise<void> {
  const host = new ModelHost(
    { state: path.join(directory, 'sidecar'), adapters: adaptersDirectory },
    { adaptersChanged: () => undefined, warn: (message: string) => process.stderr.write(`${message}\n`) },
  );
  await host.open({ openModel }, { model: 'm', options: weights, restore: false }, () => undefined, never);
  const created = { name: 'trained', kind: 'session', rank: 1, seed: 1 };
  await host.changeAdapter('m', ({ create }: { create: (spec: object) => unknown }) => create(created), never);
  const adapter = { session: 'trained', train: 'session' };
  const { accepted } = await host.update('m', { adapter, ...pair, reward: -1 }, never);
  if (!accepted) throw new Error('The update was rolled back.');
  await host.openWorkspace({ model: 'm', key: 'nothing-learnt', name: 'workspace' }, never);
  const exported = { name: 'trained', directory: path.join(directory, 'adapter') };
  await host.run(
    'm',
    ({ adapters }: { adapters: { save: (spec: object) => unknown } }) => adapters.save(exported),
    never,
  );
}

/** Solved in the second turn and kept, so that the workspace adapter has a version; then another answer is accepted. */
async function decidedSession(): Promise<void> {
  const folder = makeWorkspace('decided');
  const policy = await policyOf(answers.slice(1));
  const session = await open(folder, policy, { request: 'add(2, 3) is not 5' });
  for await (const _ of session.events(never));
  if (session.outcome.kind !== 'solved') throw new Error(`Not solved: ${session.outcome.kind}`);
  const { learnt } = await session.keep(never);
  if (learnt?.version !== 1) throw new Error(`Nothing was learnt: ${learnt?.why}`);
  await session.dispose();
  // The interrupted session has one of these too.
  const own = path.join(directory, 'state/workspaces', workspaceKey(folder), 'sessions', session.id, 'adapters');
  rmSync(own, { recursive: true });
  const { version } = await policy.workspace.accept({ key: workspaceKey(folder), name: 'workspace', ...pair }, never);
  if (version !== 2) throw new Error('No second version.');
}

/** Stops where a session of three turns has just written its second attempt. */
async function interruptedSession(): Promise<void> {
  const session = await open(makeWorkspace('interrupted'), await policyOf(answers), { request: 'add is wrong' });
  let turn = 0;
  for await (const event of session.events(never)) {
    if (event.kind === 'turn') turn = event.turn;
    if (turn === 2 && event.kind === 'environment' && event.event.kind === 'applied') process.exit(0);
  }
  throw new Error('There was no second attempt.');
}

function open(folder: string, policy: object, options: { readonly request: string }) {
  const comment = async (turn: number) => (turn === 1 ? 'It should be the sum.' : '');
  return FixSession.open({ folder, seed: 1, ...options }, { policy: async () => policy, comment });
}

function makeWorkspace(name: string): string {
  const folder = path.join(directory, 'workspaces', name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

/** Answers from a script, and real weights that are adapted; of rank 1, to keep the files small. */
async function policyOf(script: readonly string[]) {
  const opened = await openModel(weights, { adaptersDirectory }, never);
  const policy = new ScriptedPolicy({ answers: script, critic: [critique], contextLength: 8192, parameters: 1e6 });
  const { adapters, workspace } = opened;
  const create = (spec: object, signal: AbortSignal) => adapters.create({ ...spec, rank: 1 }, signal);
  return Object.assign(policy, { update: opened.update.bind(opened), adapters: { ...adapters, create }, workspace });
}

/** With the scripted sidecar, cut off in the middle of a line, as after a kill. */
function replayOfABenchmark(): void {
  const out = path.join(directory, 'replay');
  const sidecar = [process.execPath, path.join(checkout, 'test/integration/sidecar/scripted/main.ts')];
  const args = ['--seeds', '1', '--limit', '3', '--methods', 'baseline,rosa2', '--turns', '2', '--out', out];
  const cli = [path.join(checkout, 'src/cli/main.ts'), 'replay', 'smallfix', '--model', '/models/scripted', ...args];
  const { status, stderr } = spawnSync(process.execPath, cli, {
    encoding: 'utf8',
    env: { ...process.env, RETUNE_SIDECAR_COMMAND: JSON.stringify(sidecar) },
  });
  if (status !== 0) throw new Error(stderr);
  for (const name of ['report.html', 'results.json', 'results.md']) rmSync(path.join(out, name));
  const record = path.join(out, 'sessions.jsonl');
  const text = readFileSync(record, 'utf8');
  const lines = text.split('\n');
  writeFileSync(record, text.slice(0, lines.slice(0, 6).join('\n').length + 100));
}
